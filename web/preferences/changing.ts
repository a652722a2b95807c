import { type Answer, changePreferences, mailLink } from './api.ts'
import { closeChoices, nameOf, type OpenPage, show, textsOf } from './open-page.ts'
import type { Preferences, Wish } from './preferences.ts'
import type { Note } from './state.ts'

type Words = Note['words']

type Change = {
  readonly body: Wish | { readonly undo: string }
  /** Where the line that says what is now true belongs. */
  readonly place: string
  readonly saved: Words
  /** Read out before the words, where a row is meant. */
  readonly name?: string
  readonly turnedOff?: readonly string[]
}

function save(page: OpenPage, change: Change): Promise<void> {
  page.saving = page.saving.then(() => send(page, change))
  return page.saving
}

async function send(page: OpenPage, change: Change): Promise<void> {
  if (page.token === undefined || page.view.kind !== 'choices') return
  const answer = await changePreferences(page.token, change.body)
  if (page.view.kind !== 'choices') return
  if (answer.kind === 'ok') return showSaved(page, change, answer.body)
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, page.view)
  showUnsaved(page, change, answer)
}

function showSaved(page: OpenPage, change: Change, { undo, ...preferences }: Preferences): void {
  if (page.view.kind !== 'choices') return
  const { place, saved, name, turnedOff = page.view.turnedOff } = change
  const note = { place, words: saved, undo }
  const pending = without(page.view.pending, place)
  show(page, { kind: 'choices', preferences, pending, note, turnedOff })
  const words = saved(textsOf(page))
  page.screen.say(name === undefined ? words : `${name}. ${words}`)
}

/** The switch goes back to the true state, and the line says so. */
function showUnsaved(page: OpenPage, { place, body }: Change, answer: Answer<unknown>): void {
  if (page.view.kind !== 'choices') return
  const isLate = 'undo' in body && answer.kind === 'refused' && answer.status < 500
  const words: Words = ({ preferences: { tooLate, notSaved } }) => (isLate ? tooLate : notSaved)
  const pending = without(page.view.pending, place)
  show(page, { ...page.view, pending, note: { place, words, failed: true } })
  page.screen.say(words(textsOf(page)))
}

function without(
  pending: Readonly<Record<string, boolean>>,
  id: string,
): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(pending).filter(([each]) => each !== id))
}

/** One choice up or down. */
export function turn(page: OpenPage, { id, on }: { id: string; on: boolean }): Promise<void> {
  if (page.view.kind !== 'choices') return Promise.resolve()
  const { turnedOff, pending } = page.view
  page.view = { ...page.view, pending: { ...pending, [id]: on } }
  return save(page, {
    body: { choices: { [id]: on ? 'given' : 'withdrawn' } },
    place: id,
    saved: ({ preferences: { savedOn, savedOff } }) => (on ? savedOn : savedOff),
    name: nameOf(page, id),
    ...(on ? {} : { turnedOff: [...turnedOff, id] }),
  })
}

/** Stops or objects to several things at once; the words stand in the section of the button. */
export function stop(
  page: OpenPage,
  { wish, place, saved }: { wish: Wish; place: string; saved: Words },
): Promise<void> {
  return save(page, { body: wish, place, saved })
}

export function undo(page: OpenPage): Promise<void> {
  if (page.view.kind !== 'choices' || page.view.note?.undo === undefined) return Promise.resolve()
  const { note, turnedOff } = page.view
  return save(page, {
    body: { undo: note.undo ?? '' },
    place: note.place,
    saved: ({ preferences }) => preferences.undone,
    turnedOff: turnedOff.filter((id) => id !== note.place),
  })
}

/** With a newsletter link: the way up is a link mailed to the address behind it (RIGHT-05). */
export async function mailOwnLink(page: OpenPage, place: string): Promise<void> {
  if (page.token === undefined) return
  const answer = await mailLink({ token: page.token })
  if (page.view.kind !== 'choices') return
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, page.view)
  const failed = answer.kind !== 'ok'
  const words: Words = ({ preferences: { linkSent, notSaved } }) => (failed ? notSaved : linkSent)
  show(page, { ...page.view, note: { place, words, failed } })
  page.screen.say(words(textsOf(page)))
}
