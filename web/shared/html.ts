/** Markup that only `html` and `inlineStyle` can make, so that text never becomes markup (SEC-11). */
class Markup {
  readonly #markup: string
  constructor(markup: string) {
    this.#markup = markup
  }
  toString(): string {
    return this.#markup
  }
}

export type Html = Markup
/** What a template may hold; nothing is written for `undefined`, `null` and `false`. */
export type Fragment = string | number | Html | false | null | undefined | readonly Fragment[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function written(fragment: Fragment): string {
  if (fragment === undefined || fragment === null || fragment === false) return ''
  if (fragment instanceof Markup) return fragment.toString()
  if (Array.isArray(fragment)) return fragment.map(written).join('')
  return String(fragment).replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** The only way HTML is made here: every value is escaped unless it is itself `Html`. */
export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  return new Markup(
    strings.reduce((before, string, index) => before + written(values[index - 1]) + string),
  )
}

/** A style sheet as an element; it refuses text that could end the element early. */
export function inlineStyle(css: string): Html {
  if (css.includes('</')) throw new Error('A style sheet must not hold "</"')
  return new Markup(`<style>${css}</style>`)
}
