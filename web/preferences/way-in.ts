import { mailLink, openSession, readPreferences, readRequests } from './api.ts'
import { type OpenPage, show, textsOf } from './open-page.ts'
import type { Preferences } from './preferences.ts'
import type { View } from './state.ts'

/** The token leaves the address bar before anything else can read it (SEC-05). */
function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('t')
  history.replaceState(null, '', location.pathname + location.search)
  return token ?? undefined
}

export async function begin(page: OpenPage): Promise<void> {
  page.token = takeToken()
  await load(page)
}

/** Shows what the server says this token may see. */
export async function load(page: OpenPage): Promise<void> {
  if (page.token === undefined) return show(page, { kind: 'ask' })
  show(page, { kind: 'opening' })
  const answer = await readPreferences(page.token)
  if (answer.kind === 'ok') return showPreferences(page, answer.body)
  if (answer.kind === 'failed' || answer.status >= 500) return show(page, { kind: 'unreachable' })
  if (answer.code === 'exchange-first') return show(page, { kind: 'door', failed: false })
  show(page, { kind: 'ask', because: 'expired' })
}

/** The true state once more, without moving anything; silence when there is no answer. */
export function lookAgain(page: OpenPage): void {
  // In its turn: an answer from before a change must not be shown after it.
  page.saving = page.saving.then(() => look(page))
}

async function look(page: OpenPage): Promise<void> {
  if (page.token === undefined || page.view.kind !== 'choices') return
  const answer = await readPreferences(page.token)
  if (page.view.kind !== 'choices' || answer.kind !== 'ok') return
  if (answer.body.erasing) return show(page, { kind: 'erasing' })
  show(page, { ...page.view, preferences: answer.body })
  if (answer.body.via === 'session') await findRequests(page)
}

function showPreferences(page: OpenPage, preferences: Preferences): void {
  if (!page.hasChosenLanguage && page.policy.languages.includes(preferences.language)) {
    page.language = preferences.language
  }
  const choosing: View = { kind: 'choices', preferences, pending: {}, turnedOff: [] }
  show(page, preferences.erasing ? { kind: 'erasing' } : choosing)
  if (preferences.via === 'session') page.saving = page.saving.then(() => findRequests(page))
}

/** What has been asked for, once the choices stand; silence when there is no answer. */
async function findRequests(page: OpenPage): Promise<void> {
  if (page.token === undefined) return
  const requests = await readRequests(page.token)
  if (page.view.kind !== 'choices' || requests === undefined || requests.length === 0) return
  show(page, { ...page.view, requests })
}

/** The pressed button that exchanges a mailed link for a session (design: tokens). */
export async function open(page: OpenPage): Promise<void> {
  if (page.token === undefined) return
  const answer = await openSession(page.token)
  if (answer.kind === 'ok') {
    page.token = answer.body.token
    return load(page)
  }
  if (answer.kind === 'refused' && answer.status < 500) {
    return show(page, { kind: 'ask', because: 'expired' })
  }
  show(page, { kind: 'door', failed: true })
  page.screen.say(textsOf(page).preferences.failed)
}

/** Mails a link to the typed address; the answer is the same for all of them (SEC-08). */
export async function ask(page: OpenPage, input: HTMLInputElement): Promise<void> {
  if (!input.value.includes('@')) return refuseAddress(page, input)
  const answer = await mailLink({ email: input.value })
  if (answer.kind === 'ok') return show(page, { kind: 'sent' })
  if (answer.kind === 'refused' && answer.status === 400) return refuseAddress(page, input)
  showAsk(page, 'failed')
  page.screen.say(textsOf(page).signUp.failed)
}

function refuseAddress(page: OpenPage, input: HTMLInputElement): void {
  showAsk(page, 'email')
  input.focus()
}

/** Says why the page asks for as long as it does. */
function showAsk(page: OpenPage, error: 'email' | 'failed'): void {
  show(page, page.view.kind === 'ask' ? { ...page.view, error } : { kind: 'ask', error })
}
