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
  /** Where a switch stands while it is on its way. */
  readonly position?: { readonly id: string; readonly on: boolean }
  /** What takes the change back, where the server gives no token for it. */
  readonly back?: Wish
  readonly turnedOff?: readonly string[]
}

function save(page: OpenPage, change: Change): Promise<void> {
  if (page.view.kind === 'choices' && change.position !== undefined) {
    const { id, on } = change.position
    page.view = { ...page.view, pending: { ...page.view.pending, [id]: on } }
  }
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

function showSaved(page: OpenPage, change: Change, answer: Preferences): void {
  if (page.view.kind !== 'choices') return
  const { undo, ...preferences } = answer
  const { place, saved, name, turnedOff = page.view.turnedOff } = change
  const isDone = hasHappened(change, preferences)
  const words: Words = isDone ? saved : (texts) => texts.preferences.changedElsewhere
  const back = undo === undefined ? change.back : { undo }
  const note = { place, words, undo: isDone ? back : undefined }
  const pending = without(page.view.pending, place)
  show(page, { ...page.view, preferences, pending, note, turnedOff })
  const said = words(textsOf(page))
  page.screen.say(name === undefined ? said : `${name}. ${said}`)
}

/** A pause leaves alone what another page has turned off meanwhile; then it must not be claimed. */
function hasHappened({ body }: Change, { choices }: Preferences): boolean {
  if ('undo' in body) return true
  return Object.entries(body.choices).every(
    ([id, wish]) =>
      typeof wish === 'string' ||
      choices.some((choice) => choice.id === id && choice.state === 'paused'),
  )
}

/** The switch goes back to the true state, and the line says so; nothing has to be chosen again. */
function showUnsaved(page: OpenPage, change: Change, answer: Answer<unknown>): void {
  if (page.view.kind !== 'choices') return
  const { place, body } = change
  const isRefused = answer.kind === 'refused' && answer.status < 500
  const isLate = 'undo' in body && isRefused
  const words: Words = ({ preferences: { tooLate, notSaved, noAnswer } }) => {
    if (answer.kind === 'failed') return noAnswer
    return isLate ? tooLate : notSaved
  }
  const again = isRefused ? undefined : () => save(page, change)
  const pending = without(page.view.pending, place)
  show(page, { ...page.view, pending, note: { place, words, again, failed: true } })
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
  const { turnedOff } = page.view
  return save(page, {
    body: { choices: { [id]: on ? 'given' : 'withdrawn' } },
    place: id,
    saved: ({ preferences: { savedOn, savedOff } }) => (on ? savedOn : savedOff),
    name: nameOf(page, id),
    position: { id, on },
    ...(on ? { back: { choices: { [id]: 'withdrawn' } } } : { turnedOff: [...turnedOff, id] }),
  })
}

/** Stops or objects to several things at once; the words stand in the section of the button. */
export function change(
  page: OpenPage,
  { wish, place, saved, name }: { wish: Wish; place: string; saved: Words; name?: string },
): Promise<void> {
  return save(page, { body: wish, place, saved, ...(name === undefined ? {} : { name }) })
}

/** Every topic that this page shows as on rests; what it does not show stays as it is (UX-07). */
export function pause(page: OpenPage, days: number): Promise<void> {
  if (page.view.kind !== 'choices') return Promise.resolve()
  const on = page.view.preferences.choices.filter(({ kind, on }) => kind === 'topic' && on)
  if (on.length === 0) return Promise.resolve()
  return change(page, {
    wish: { choices: Object.fromEntries(on.map(({ id }) => [id, { paused: days }])) },
    place: 'topics',
    saved: ({ preferences }) => preferences.savedPaused(days),
  })
}

export function undo(page: OpenPage): Promise<void> {
  if (page.view.kind !== 'choices' || page.view.note?.undo === undefined) return Promise.resolve()
  const { note, turnedOff } = page.view
  return save(page, {
    body: note.undo ?? { undo: '' },
    place: note.place,
    saved: ({ preferences }) => preferences.undone,
    turnedOff: turnedOff.filter((id) => id !== note.place),
  })
}

/** Sends once more what had no answer. */
export function again(page: OpenPage): Promise<void> | undefined {
  return page.view.kind === 'choices' ? page.view.note?.again?.() : undefined
}

/** With a newsletter link: the way up is a link mailed to the address behind it (RIGHT-05). */
export async function mailOwnLink(page: OpenPage, place: string): Promise<void> {
  if (page.token === undefined) return
  const answer = await mailLink({ token: page.token })
  if (page.view.kind !== 'choices') return
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, page.view)
  const failed = answer.kind !== 'ok'
  const words: Words = ({ preferences: { linkSent, noAnswer } }) => (failed ? noAnswer : linkSent)
  const retry = failed ? () => mailOwnLink(page, place) : undefined
  show(page, { ...page.view, note: { place, words, failed, again: retry } })
  page.screen.say(words(textsOf(page)))
}
