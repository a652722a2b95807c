import fc from 'fast-check'
import { expect, test } from 'vitest'
import { policy } from '../../../policy.ts'
import { contrast, customProperties, type Palette, theme } from '../../../web/shared/theme.ts'

const hex = fc
  .integer({ min: 0, max: 0xffffff })
  .map((colour) => `#${colour.toString(16).padStart(6, '0')}`)

function expectReadable(colours: Palette): void {
  for (const ground of [colours.page, colours.card, colours.tint]) {
    for (const text of [colours.ink, colours.soft, colours.accent, colours.warning]) {
      expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
    expect(contrast(colours.edge, ground), `control on ${ground}`).toBeGreaterThanOrEqual(3)
  }
  expect(contrast(colours.onAccent, colours.accent)).toBeGreaterThanOrEqual(4.5)
  expect(contrast(colours.onWarning, colours.warning)).toBeGreaterThanOrEqual(4.5)
  expect(contrast(colours.page, colours.ink)).toBeGreaterThanOrEqual(4.5)
}

test('UX-01 contrast is that of WCAG 2.2', () => {
  expect(contrast('#000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test('UX-01 text has 4.5:1 and controls 3:1, whatever the brand', () => {
  fc.assert(
    fc.property(hex, hex, (light, dark) => {
      const colours = theme({ light, dark })
      expectReadable(colours.light)
      expectReadable(colours.dark)
    }),
  )
})

test('a brand that can be read is not touched', () => {
  const { light, dark } = theme(policy.branding.accent)
  expect(light.accent).toBe(policy.branding.accent.light)
  expect(dark.accent).toBe(policy.branding.accent.dark)
})

test('a brand that cannot be read is moved towards black or white, and no further than needed', () => {
  const { light } = theme({ light: '#ffd400', dark: '#7fd1c7' })
  expect(light.accent).not.toBe('#ffd400')
  expect(contrast(light.accent, light.tint)).toBeLessThan(4.8)
})

test('a palette becomes custom properties', () => {
  expect(customProperties(theme(policy.branding.accent).light)).toMatch(
    /(^|;)--on-accent:#ffffff(;|$)/,
  )
})
