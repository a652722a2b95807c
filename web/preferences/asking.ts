import { localDayInWords } from '../shared/calendar-day.ts'
import { readPreferences, requestRight } from './api.ts'
import { change } from './changing.ts'
import { closeChoices, type OpenPage, show, textsOf } from './open-page.ts'
import { directMarketing } from './preferences.ts'
import type { Note } from './state.ts'

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

/** It was them who asked by letter or telephone: it is carried out like any other from here (RIGHT-04). */
export function confirmWaiting(page: OpenPage, id: string): Promise<void> {
  if (page.view.kind !== 'choices') return Promise.resolve()
  const asked = page.view.waiting?.find((each) => each.id === id)
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
  const waiting = page.view.waiting?.filter((each) => each.id !== waitingId)
  page.view = { ...page.view, waiting }
  const { id, receivedAt } = answer.body
  const words: Words = (texts) =>
    `${saved(texts)} ${texts.preferences.registered(localDayInWords(texts, new Date(receivedAt)), id)}`
  await refresh(page, { place, words })
  page.screen.say(words(textsOf(page)))
}

/** What the server says now, with the line of the change; unreachable when it says nothing. */
async function refresh(page: OpenPage, note: Note): Promise<void> {
  const answer = page.token === undefined ? undefined : await readPreferences(page.token)
  if (page.view.kind !== 'choices') return
  if (answer?.kind !== 'ok') return show(page, { kind: 'unreachable' })
  show(page, { ...page.view, preferences: answer.body, note })
}
