import { en, erasure as erasureEn, object as objectEn, page as pageEn } from './en.ts'
import { erasure as erasureNb, nb, object as objectNb, page as pageNb, type Texts } from './nb.ts'

/** Adding a language is adding its file and a line here. */
const locales: Readonly<Record<string, Texts>> = { nb, en }

/** The texts of a language, else those of the first (a policy only names languages we have). */
export function textsIn(language: string): Texts {
  return (Object.hasOwn(locales, language) ? locales[language] : undefined) ?? nb
}

/** The languages that have texts; the site cannot be built for any other. */
export const writtenLanguages = (): string[] => Object.keys(locales)

/** What pages and letters both say. */
export type SharedTexts = Pick<Texts, 'page' | 'object' | 'erasure'>
const sharedNb: SharedTexts = { page: pageNb, object: objectNb, erasure: erasureNb }
const shared: Readonly<Record<string, SharedTexts>> = {
  nb: sharedNb,
  en: { page: pageEn, object: objectEn, erasure: erasureEn },
}

/** As `textsIn`, without the sentences that only pages need. */
export function sharedTextsIn(language: string): SharedTexts {
  return (Object.hasOwn(shared, language) ? shared[language] : undefined) ?? sharedNb
}
