/** A colour as red, green and blue, 0–255 each. */
type Rgb = readonly [number, number, number]

export type Palette = {
  readonly page: string
  readonly card: string
  readonly ink: string
  readonly soft: string
  readonly line: string
  /** Outline of a control: 3:1 against page, card and tint (UX-01). */
  readonly edge: string
  readonly accent: string
  readonly onAccent: string
  /** Ground of the box that stands apart, and its outline. */
  readonly tint: string
  readonly tintLine: string
  readonly warning: string
  readonly onWarning: string
}

type Ground = Omit<Palette, 'accent' | 'onAccent' | 'tint' | 'tintLine'>

const light: Ground = {
  page: '#f7f6f2',
  card: '#ffffff',
  ink: '#1c1b19',
  soft: '#5f5c56',
  line: '#e4e1d9',
  edge: '#827e75',
  warning: '#8f2d22',
  onWarning: '#ffffff',
}
const dark: Ground = {
  page: '#131312',
  card: '#1b1b1a',
  ink: '#eceae5',
  soft: '#a8a49c',
  line: '#2d2c2a',
  edge: '#7d7970',
  warning: '#f0a197',
  onWarning: '#2a0c08',
}

const white: Rgb = [255, 255, 255]
const black: Rgb = [0, 0, 0]
const textContrast = 4.5
const controlContrast = 3

function parsed(hex: string): Rgb {
  const digits = hex.slice(1)
  const full = digits.length < 6 ? [...digits].map((digit) => digit + digit).join('') : digits
  const part = (from: number): number => Number.parseInt(full.slice(from, from + 2), 16)
  return [part(0), part(2), part(4)]
}

function written(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}

function mixed(colour: Rgb, into: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2): number => into[index] + (colour[index] - into[index]) * share
  return [part(0), part(1), part(2)]
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const value = part / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

/** WCAG 2.2 contrast ratio of two hexadecimal colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(parsed(one)), luminance(parsed(other))].sort((a, b) => a - b)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

/** The brand's colours on our ground, moved towards `end` until they can be read (UX-01). */
function palette(ground: Ground, brand: string, end: Rgb): Palette {
  for (let step = 0; step <= 100; step += 1) {
    const accent = mixed(end, parsed(brand), step / 100)
    const onAccent = readableOn(accent)
    const candidate = {
      ...ground,
      accent: written(accent),
      tint: tintOf(accent, ground),
      tintLine: written(mixed(accent, parsed(ground.card), 0.4)),
      onAccent: written(onAccent),
    }
    if (isReadable(candidate)) return candidate
  }
  throw new Error(`branding.accent: ${brand} cannot be made readable`)
}

function readableOn(accent: Rgb): Rgb {
  const ends = [white, mixed(accent, black, 0.15)]
  const against = (end: Rgb): number => contrast(written(end), written(accent))
  return ends.reduce((best, end) => (against(end) > against(best) ? end : best))
}

function isReadable({ accent, onAccent, tint, page, card }: Palette): boolean {
  return (
    contrast(onAccent, accent) >= textContrast &&
    [page, card, tint].every((ground) => contrast(accent, ground) >= textContrast)
  )
}

/** A tenth of the accent in the card, or as much less as our own colours need on it. */
function tintOf(accent: Rgb, { card, ink, soft, warning, edge }: Ground): string {
  for (let percent = 10; percent > 0; percent -= 1) {
    const tint = written(mixed(accent, parsed(card), percent / 100))
    const hasText = [ink, soft, warning].every((text) => contrast(text, tint) >= textContrast)
    if (hasText && contrast(edge, tint) >= controlContrast) return tint
  }
  return card
}

/** The colours of a brand, light and dark; accents that cannot be read are adjusted. */
export function theme(accent: { readonly light: string; readonly dark: string }): {
  light: Palette
  dark: Palette
} {
  return {
    light: palette(light, accent.light, black),
    dark: palette(dark, accent.dark, white),
  }
}

/** A palette as CSS custom properties: `--on-accent:#fff;…`. */
export function customProperties(colours: Palette): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}:${value}`)
    .join(';')
}
