import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Campaign } from '../../../functions/campaign/campaign-record.ts'
import { preview } from '../../../functions/campaign/preview.ts'
import { policy } from '../../../policy.ts'
import { launchBrowser } from '../../support/browser.ts'

/** A campaign's mail as a mail client shows it that keeps style elements, and loads pictures or does not. */
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const picture = 'https://nordlys.example/a.png'
const campaign: Campaign = {
  name: 'November',
  topic: 'newsletter',
  purpose: 'direct-marketing',
  basis: 'consent',
  state: 'draft',
  variants: {
    nb: {
      subject: 'Høst',
      blocks: [
        {
          markdown: `# Høst\n\nLes [programmet](https://nordlys.example/${'lang'.repeat(30)}).\n\n> Sitat\n\n![Nordlys over fjorden](${picture})`,
        },
        {
          html: `<h2>Vinter</h2><table width="100%" role="presentation"><tr><td><a href="https://nordlys.example/">Les mer</a><img src="${picture}" alt="Snø på fjellet"></td></tr></table>`,
        },
      ],
    },
  },
  links: [],
  tracking: { opens: true, clicks: true },
  key: new Uint8Array(32),
  createdBy: 'somebody',
  createdAt: '2026-11-27T08:00:00.000Z',
  shards: 0,
  revision: 0,
}

const wide = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="300"/>'

describe('a campaign’s mail on a phone', () => {
  it.each([
    ['light', 'no', 0],
    ['dark', 'no', 0],
    ['light', 'wide', 1200],
  ] as const)('UX-01 can be read in %s, with %s pictures', async (colorScheme, _, width) => {
    const drawn = await preview(
      { policy, origin: 'https://preferences.nordlys.example' },
      { campaignId: '0011223344556677', campaign },
      { language: 'nb', counted: true, interests: [], now: new Date('2026-11-27T08:00:00.000Z') },
    )
    const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 640 } })
    await page.route('**/*', (route) =>
      width === 0 ? route.abort() : route.fulfill({ contentType: 'image/svg+xml', body: wide }),
    )
    await page.setContent(drawn?.html ?? '')
    const shown = await page.evaluate(() => ({
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      page: getComputedStyle(document.body).backgroundColor,
      stop: document.querySelector('a[href*="/u/"]')?.getBoundingClientRect().width,
      alts: [...document.images].map(({ alt, naturalWidth }) => [alt, naturalWidth]),
    }))
    expect(shown.over).toBe(0)
    const [red = 0] = (/\d+/.exec(shown.page) ?? []).map(Number)
    expect(red > 128).toBe(colorScheme === 'light')
    expect(shown.stop).toBeGreaterThan(100)
    expect(shown.alts.slice(0, 2)).toEqual([
      ['Nordlys over fjorden', width],
      ['Snø på fjellet', width],
    ])
    await page.evaluate(axe.source)
    const found = await page.evaluate(async () => {
      const { axe: there } = window as unknown as { axe: typeof axe }
      const { violations } = await there.run(document, {
        runOnly: ['color-contrast', 'image-alt', 'link-name', 'html-has-lang', 'document-title'],
      })
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
    })
    expect(found).toEqual([])
    await page.close()
  })
})
