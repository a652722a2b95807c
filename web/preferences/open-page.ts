import { textsIn } from '../locales/locales.ts'
import type { Texts } from '../locales/nb.ts'
import { offerOf, type PublicPolicy, textIn } from '../shared/public-policy.ts'
import type { Screen } from './screen.ts'
import type { Choosing, View } from './state.ts'

/** The page while it is open: everything it knows is here, in memory only (SEC-05). */
export type OpenPage = {
  readonly policy: PublicPolicy
  readonly screen: Screen
  language: string
  /** By pressing it; then the language of the contact no longer decides. */
  hasChosenLanguage: boolean
  token: string | undefined
  view: View
  /** The last change on its way: one at a time, in the order they were made. */
  saving: Promise<void>
}

export function show(page: OpenPage, view: View): void {
  page.view = view
  page.screen.show(page, view)
}

export function textsOf(page: OpenPage): Texts {
  return textsIn(page.language)
}

export function nameOf({ policy, language }: OpenPage, id: string): string {
  const offer = offerOf(policy, id)
  return offer ? textIn(policy, offer.name, language) : id
}

/** The session is over, or the link no longer holds: what was shown is taken away. */
export function closeChoices(page: OpenPage, { preferences }: Choosing): void {
  page.token = undefined
  show(page, { kind: 'ask', because: preferences.via === 'session' ? 'ended' : 'expired' })
}

/** Back to the choices from a page beside them; nothing has happened. */
export function keep(page: OpenPage): void {
  if ('choosing' in page.view) show(page, page.view.choosing)
}

/** Shows a page beside the choices; nothing is asked for yet (UX-04). */
export async function goAside(
  page: OpenPage,
  kind: 'review' | 'freeze' | 'receipts' | 'correct',
): Promise<void> {
  await page.saving
  if (page.view.kind !== 'choices') return
  const choosing = { ...page.view, note: undefined }
  show(
    page,
    kind === 'correct'
      ? { kind, choosing, errors: [], failed: false }
      : { kind, choosing, failed: false },
  )
}
