import { type LanguageLink, type PageParts, page, pathIn } from './page.ts'
import type { PublicPolicy } from './public-policy.ts'

export type StaticPage = Omit<PageParts, 'languages'> & {
  /** In the default language: `/preferences/`. */
  readonly path: string
}

/** A page that exists once per language and loads its style and script from our own origin. */
export function staticPage({ path, ...parts }: StaticPage): string {
  return page({ ...parts, languages: languagesOf(parts.policy, path) })
}

/** The addresses of a static page, one per language. */
export function languagesOf(policy: PublicPolicy, path: string): LanguageLink[] {
  return policy.languages.map((language) => ({ language, href: pathIn(policy, language, path) }))
}
