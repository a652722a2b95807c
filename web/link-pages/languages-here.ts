import type { LanguageLink } from '../shared/page.ts'
import type { PublicPolicy } from '../shared/public-policy.ts'

/** The page behind a mail link in each language: the same address with `?lang=`, which only reads. */
export function languagesHere({ languages }: PublicPolicy): LanguageLink[] {
  return languages.map((language) => ({ language, href: `?lang=${language}` }))
}
