/** The document's language, unless it is the default and the browser asks for another we have. */
export function startLanguage(
  languages: readonly string[],
  { document: documentLanguage, wanted }: { document: string; wanted: readonly string[] },
): string {
  if (documentLanguage !== languages[0]) return documentLanguage
  const known = wanted.map((tag) => languages.find((language) => isSame(tag, language)))
  return known.find((language) => language !== undefined) ?? documentLanguage
}

/** `no` and `nn` readers are better served by `nb` than by anything else. */
function isSame(tag: string, language: string): boolean {
  const [primary = ''] = tag.toLowerCase().split('-')
  return primary === language || (language === 'nb' && ['no', 'nn'].includes(primary))
}
