import { readCopyPath, readReceipt } from './api.ts'
import { closeChoices, type OpenPage, show, textsOf } from './open-page.ts'

/** Opens the copy that is ready, as the mailed link does (RIGHT-08). */
export async function openCopy(page: OpenPage, id: string): Promise<void> {
  if (page.token === undefined || page.view.kind !== 'choices') return
  const answer = await readCopyPath(page.token, id)
  if (page.view.kind !== 'choices') return
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, page.view)
  if (answer.kind === 'ok' && answer.body !== undefined) return location.assign(answer.body)
  const isGone = answer.kind === 'ok'
  const words = isGone ? textsOf(page).rights.copyGone : textsOf(page).preferences.failed
  const note = {
    place: 'data',
    words: () => words,
    failed: true,
    again: isGone ? undefined : () => openCopy(page, id),
  }
  show(page, { ...page.view, note })
  page.screen.say(words)
}

/** Saves a receipt as a file: `npm run verify-receipt` and any JOSE library can check it (REC-02). */
export async function saveReceipt(page: OpenPage, id: string): Promise<void> {
  if (page.token === undefined || page.view.kind !== 'receipts') return
  const answer = await readReceipt(page.token, id)
  if (page.view.kind !== 'receipts') return
  const { choosing } = page.view
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, choosing)
  show(page, { ...page.view, failed: answer.kind !== 'ok' })
  if (answer.kind !== 'ok') return page.screen.say(textsOf(page).preferences.failed)
  const text = JSON.stringify(answer.body, null, 2)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = `receipt-${id}.json`
  link.click()
  URL.revokeObjectURL(link.href)
}
