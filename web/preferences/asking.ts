import { localDayInWords } from '../shared/calendar-day.ts'
import { readPreferences, readRequests, requestRight } from './api.ts'
import { change } from './changing.ts'
import { closeChoices, type OpenPage, show, textsOf } from './open-page.ts'
import { directMarketing, type Request } from './preferences.ts'
import { type Note, waitingOf } from './state.ts'

type Words = Note['words']

const objected: Readonly<Record<string, Words>> = {
  profiling: ({ preferences }) => preferences.savedProfiling,
  calls: ({ preferences }) => preferences.savedCalls,
  [directMarketing]: ({ preferences }) => preferences.savedObjection,
}

/**
 * An objection (TRACK-11, TRACK-12). From a session it is a request with a reference and a date; a
 * newsletter's link can only turn down, which stops the same things (RIGHT-05).
 */
export function object(page: OpenPage, to: string): Promise<void> {
  if (page.view.kind !== 'choices') return Promise.resolve()
  const saved = objected[to] ?? (({ preferences }) => preferences.savedObjection)
  if (page.view.preferences.via === 'unsubscribe') {
    return change(page, { wish: { choices: { [to]: 'objected' } }, place: 'object', saved })
  }
  return ask(page, { body: { kind: 'objection', to }, place: 'object', saved })
}

/** RIGHT-05: a copy of everything, whose link is mailed. */
export function copy(page: OpenPage): Promise<void> {
  const saved: Words = ({ rights }) => rights.savedCopy
  return ask(page, { body: { kind: 'access' }, place: 'data', saved })
}

/** RIGHT-10: from here on everything is kept and nothing used; asked for by letter, it is that request. */
export function freeze(page: OpenPage): Promise<void> {
  if (page.view.kind !== 'freeze') return Promise.resolve()
  page.view = page.view.choosing
  const id = waitingOf(page.view).find(({ kind }) => kind === 'restriction')?.id
  const saved: Words = ({ rights }) => rights.savedFreeze
  const right = { body: { kind: 'restriction' }, place: 'topics', saved }
  return ask(page, id === undefined ? right : { ...right, id })
}

export function unfreeze(page: OpenPage): Promise<void> {
  const saved: Words = ({ rights }) => rights.savedUnfreeze
  return ask(page, { body: { kind: 'restriction', lift: true }, place: 'topics', saved })
}

/** It was them who asked by letter or telephone: it is carried out like any other from here (RIGHT-04). */
export function confirmWaiting(page: OpenPage, id: string): Promise<void> {
  if (page.view.kind !== 'choices') return Promise.resolve()
  const asked = waitingOf(page.view).find((each) => each.id === id)
  if (asked === undefined) return Promise.resolve()
  const { kind, detail: to } = asked
  return ask(page, {
    id,
    body: kind === 'objection' ? { kind, to } : { kind },
    place: 'waiting',
    saved: ({ preferences }) => preferences.savedWaiting,
  })
}

type Right = {
  readonly id?: string
  readonly body: Readonly<Record<string, unknown>>
  readonly place: string
  readonly saved: Words
}

/** Exercises a right that is carried out at once, and shows what is true after it. */
async function ask(page: OpenPage, right: Right): Promise<void> {
  const { id: waitingId, body, place, saved } = right
  await page.saving
  if (page.token === undefined || page.view.kind !== 'choices') return
  const answer = await requestRight(page.token, body, waitingId)
  if (page.view.kind !== 'choices') return
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, page.view)
  if (answer.kind !== 'ok') {
    const words: Words = ({ preferences }) =>
      answer.kind === 'failed' ? preferences.noAnswer : preferences.notSaved
    const note = { place, words, failed: true, again: () => ask(page, right) }
    show(page, { ...page.view, note })
    return page.screen.say(words(textsOf(page)))
  }
  await tell(page, { place, saved, request: answer.body })
}

/** What the server says now, with what was done and its reference; unreachable when it says nothing. */
export async function tell(
  page: OpenPage,
  { place, saved, request }: { place: string; saved: Words; request: Request },
): Promise<void> {
  const { id, receivedAt } = request
  const words: Words = (texts) =>
    `${saved(texts)} ${texts.preferences.registered(localDayInWords(texts, new Date(receivedAt)), id)}`
  if (page.token === undefined) return
  const [preferences, requests] = await Promise.all([
    readPreferences(page.token),
    readRequests(page.token),
  ])
  if (page.view.kind !== 'choices') return
  if (preferences.kind !== 'ok') return show(page, { kind: 'unreachable' })
  const note: Note = { place, words }
  const known = requests ?? page.view.requests
  show(page, { ...page.view, preferences: preferences.body, requests: known, note })
  page.screen.say(words(textsOf(page)))
}
