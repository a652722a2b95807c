import { textsIn } from '../locales/locales.ts'
import type { PageParts } from '../shared/page.ts'
import { staticPage } from '../shared/static-page.ts'
import { withoutScript } from './view.ts'

type PreferencesDocument = Pick<PageParts, 'policy' | 'language' | 'assets'>

/** The page at `/preferences/` as it stands before its script runs. */
export function preferencesDocument({ policy, language, ...rest }: PreferencesDocument): string {
  const { title } = textsIn(language).preferences
  const main = withoutScript({ policy, language })
  return staticPage({ policy, language, ...rest, path: '/preferences/', title, main })
}
