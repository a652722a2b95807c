import { lettersEn } from '../../web/locales/letters-en.ts'
import { type LetterTexts, lettersNb } from '../../web/locales/letters-nb.ts'

const letters: Readonly<Record<string, LetterTexts>> = { nb: lettersNb, en: lettersEn }

/** The letters' sentences in a language, else in the first (a policy only names languages we have). */
export function letterTextsIn(language: string): LetterTexts {
  return (Object.hasOwn(letters, language) ? letters[language] : undefined) ?? lettersNb
}
