/** IAM's wildcards: `*` stands for any number of characters, `?` for one. */
export function pattern(text: string, flags = ''): RegExp {
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, `s${flags}`)
}

/** True for a text that one of the patterns fits. */
export function anyOf(patterns: readonly string[], flags = ''): (text: string) => boolean {
  const expressions = patterns.map((each) => pattern(each, flags))
  return (text) => expressions.some((expression) => expression.test(text))
}
