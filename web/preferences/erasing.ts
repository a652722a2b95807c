import { requestRight } from './api.ts'
import { closeChoices, type OpenPage, show, textsOf } from './open-page.ts'
import { waitingOf } from './state.ts'

export async function erase(page: OpenPage): Promise<void> {
  if (page.token === undefined || page.view.kind !== 'review') return
  const { choosing } = page.view
  const asked = waitingOf(choosing).find(({ kind }) => kind === 'erasure')
  const answer = await requestRight(page.token, { kind: 'erasure' }, asked?.id)
  if (answer.kind === 'ok') {
    page.token = undefined
    return show(page, { kind: 'erasing', request: answer.body })
  }
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, choosing)
  show(page, { kind: 'review', choosing, failed: true })
  page.screen.say(textsOf(page).preferences.notSaved)
}
