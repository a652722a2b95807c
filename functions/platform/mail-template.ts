/**
 * A mail is kept as a template that differs between people only in named places, `{{name}}`, as SES
 * fills them. While it is written a place stands between two private characters, so that nothing an
 * author types can be one.
 */
const open = '\uE000'
const close = '\uE001'

export const place = (name: string): string => `${open}${name}${close}`

/** What an author wrote, without the characters that mark a place. */
export const withoutPlaces = (text: string): string => text.replace(/[\uE000\uE001]/g, '')

/** Markup as a template: braces of its own are no places. */
export function htmlTemplate(markup: string): string {
  return placed(markup.replace(/\{(?=\{|\uE000)/g, '&#123;').replaceAll('\\', '&#92;'))
}

/** Plain text as a template. SES has no escape that always works, so these two stand in places. */
export function textTemplate(text: string): string {
  const braces = text
    .replaceAll('\\', place('backslash'))
    .replace(/\{(?=\{|\uE000)/g, place('brace'))
  return placed(braces)
}

const placed = (text: string): string => text.replaceAll(open, '{{').replaceAll(close, '}}')

export const fixedValues = { backslash: '\\', brace: '{' } as const

/** The names of all places of a template. */
export function placesOf(template: string): string[] {
  return [...template.matchAll(/\{\{(\w+)\}\}/g)].flatMap(([, name]) => name ?? [])
}

/** Fills a template as SES does. @throws for a missing value, which SES would lose the mail over. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new TypeError(`a mail has no value for ${name}`)
    return value
  })
}
