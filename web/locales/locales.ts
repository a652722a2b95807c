import { en } from './en.ts'
import { nb, type Texts } from './nb.ts'

/** Adding a language is adding its file and a line here. */
const locales: Readonly<Record<string, Texts>> = { nb, en }

/** The texts of a language, else those of the first (a policy only names languages we have). */
export function textsIn(language: string): Texts {
  return (Object.hasOwn(locales, language) ? locales[language] : undefined) ?? nb
}

/** The languages that have texts; the site cannot be built for any other. */
export const writtenLanguages: readonly string[] = Object.keys(locales)
