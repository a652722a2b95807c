import { copyEn } from './copy-en.ts'
import { type CopyTexts, copyNb } from './copy-nb.ts'

const copies: Readonly<Record<string, CopyTexts>> = { nb: copyNb, en: copyEn }

/** The copy's sentences in a language, else in the first (a policy only names languages we have). */
export function copyTextsIn(language: string): CopyTexts {
  return (Object.hasOwn(copies, language) ? copies[language] : undefined) ?? copyNb
}
