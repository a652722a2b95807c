import { requestRight } from './api.ts'
import { closeChoices, type OpenPage, show, textsOf } from './open-page.ts'

/** Shows what goes and what stays; nothing is asked for yet (UX-04). */
export async function review(page: OpenPage): Promise<void> {
  await page.saving
  if (page.view.kind === 'choices') {
    show(page, { kind: 'review', choosing: { ...page.view, note: undefined }, failed: false })
  }
}

export function keep(page: OpenPage): void {
  if (page.view.kind === 'review') show(page, page.view.choosing)
}

export async function erase(page: OpenPage): Promise<void> {
  if (page.token === undefined || page.view.kind !== 'review') return
  const { choosing } = page.view
  const asked = choosing.waiting?.find(({ kind }) => kind === 'erasure')
  const answer = await requestRight(page.token, { kind: 'erasure' }, asked?.id)
  if (answer.kind === 'ok') {
    page.token = undefined
    return show(page, { kind: 'erasing', request: answer.body })
  }
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, choosing)
  show(page, { kind: 'review', choosing, failed: true })
  page.screen.say(textsOf(page).preferences.notSaved)
}
