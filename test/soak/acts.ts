import { randomUUID } from 'node:crypto'
import type { Books } from '../support/e2e-books.ts'
import type { Inbox } from './inbox.ts'
import { expectedAt, noted, type Person, processing, restriction, topics } from './person.ts'

/** A request of the soak: its status, or 0 when no answer came. */
export type Ask = (
  method: string,
  path: string,
  over?: { body?: string; type?: string; token?: string; agent?: string; from?: string },
) => Promise<{ status: number; body: string; location?: string }>

export type Scene = { ask: Ask; books: Books; inbox: Inbox; random: () => number }
export type SoakAct = (scene: Scene, person: Person) => Promise<unknown>

const form = 'application/x-www-form-urlencoded'
export const json = 'application/json'
export const ok = (status: number) => status >= 200 && status < 300

export const one = <T>(random: () => number, of: readonly T[]): T | undefined =>
  of[Math.floor(random() * of.length)]

export async function signUpAndConfirm(
  { ask, books, random }: Scene,
  person: Person,
): Promise<void> {
  const body = JSON.stringify({
    email: person.email,
    topics,
    purposes: processing,
    locale: random() < 0.7 ? 'nb' : 'en',
    form: 'footer',
  })
  const asked = await ask('POST', '/api/subscriptions', { body, type: json })
  if (!ok(asked.status)) return
  const link = await books.confirmLink(person.email).catch(() => undefined)
  if (link === undefined) return
  const purposes = random() < 0.6 ? processing : []
  const pressed = [
    ...topics.map((topic) => `topics=${topic}`),
    ...purposes.map((purpose) => `purposes=${purpose}`),
  ].join('&')
  // It never lifts an objection or erasure that is newer, so no more is certain than "perhaps".
  const known = person.words.size > 0
  const chosen = [...topics, ...purposes]
  person.erased = false
  const before = Date.now()
  noted(person, chosen, { says: 'either', acknowledged: false, asked: before })
  const { status } = await ask('POST', link, { body: pressed, type: form })
  if (!known && ok(status)) noted(person, chosen, { says: 'on', acknowledged: true, asked: before })
}

async function oneClick({ ask, books, inbox, random }: Scene, person: Person): Promise<void> {
  const topic = one(random, topics)
  // Of a mail that lies in the mailbox, or as any later one would have it.
  const mail = random() < 0.5 ? inbox.lastTo(person.email) : undefined
  const link =
    mail?.unsubscribe ?? (await books.unsubscribeLink(person.email, topic).catch(() => undefined))
  if (link === undefined || topic === undefined) return
  const all = random() < 0.2
  const body = all ? 'scope=all' : 'List-Unsubscribe=One-Click'
  const asked = Date.now()
  const turnOff = () => ask('POST', link, { body, type: form })
  // Mailbox providers repeat themselves, also at the same moment.
  const answers = random() < 0.3 ? await Promise.all([turnOff(), turnOff()]) : [await turnOff()]
  // A mail may be to who they were before they were erased: it turns nothing off for who they are now.
  const acknowledged = !person.everErased && answers.some(({ status }) => ok(status))
  const stopped = all ? topics : [mail?.topic ?? topic]
  noted(person, stopped, { says: 'off', acknowledged, asked })
  if (all) noted(person, processing, { says: 'either', acknowledged: false, asked })
  const undo = /name="undo" value="([\w-]+)"/.exec(answers[0]?.body ?? '')?.[1]
  if (undo === undefined || random() > 0.3) return
  noted(person, stopped, { says: 'either', acknowledged: false, asked: Date.now() })
  await ask('POST', `${link}/undo`, { body: `undo=${undo}`, type: form })
}

async function changeChoice({ ask, books, random }: Scene, person: Person): Promise<void> {
  const token = await books.sessionOf(person.email).catch(() => undefined)
  const choice = one(random, [...topics, ...processing])
  if (token === undefined || choice === undefined) return
  const says = random() < 0.6 ? 'on' : 'off'
  const state = says === 'on' ? 'given' : 'withdrawn'
  const body = JSON.stringify({ choices: { [choice]: state } })
  const asked = Date.now()
  const answer = await ask('PATCH', '/api/preferences', { body, type: json, token })
  // An erasure that nobody was told of may be under way: then nothing is turned on, and this says so.
  const erasing = ok(answer.status) && (JSON.parse(answer.body) as { erasing: boolean }).erasing
  const acknowledged = ok(answer.status) && !(erasing && says === 'on')
  noted(person, [choice], { says, acknowledged, asked })
}

function request(kind: 'erasure' | 'objection'): SoakAct {
  return async ({ ask, books }, person) => {
    const token = await books.sessionOf(person.email).catch(() => undefined)
    if (token === undefined) return
    const body = JSON.stringify({ kind })
    const asked = Date.now()
    const { status } = await ask('POST', '/api/requests', { body, type: json, token })
    noted(person, topics, { says: 'off', acknowledged: ok(status), asked })
    noted(person, [...processing, restriction], { says: 'either', acknowledged: false, asked })
    if (kind !== 'erasure') return
    person.everErased = true
    if (ok(status)) person.erased = true
  }
}

/** Has the data only kept, or lets them be used again (RIGHT-10). */
async function restrict({ ask, books }: Scene, person: Person): Promise<void> {
  const token = await books.sessionOf(person.email).catch(() => undefined)
  if (token === undefined) return
  const lift = expectedAt(person, restriction) !== 'off'
  const body = JSON.stringify({ kind: 'restriction', ...(lift ? { lift } : {}) })
  const asked = Date.now()
  const { status } = await ask('POST', '/api/requests', { body, type: json, token })
  // Whoever is being erased is answered by the erasure.
  const acknowledged = ok(status) && !person.everErased
  noted(person, [restriction], { says: lift ? 'off' : 'on', acknowledged, asked })
}

const askForLink: SoakAct = ({ ask }, { email }) =>
  ask('POST', '/api/links', { body: JSON.stringify({ email }), type: json })

const look: SoakAct = async ({ ask, books }, { email }) => {
  const link = await books.unsubscribeLink(email).catch(() => undefined)
  if (link !== undefined) await ask('GET', link)
}

const forge: SoakAct = ({ ask }) =>
  ask('POST', `/u/${randomUUID()}`, { body: 'List-Unsubscribe=One-Click', type: form })

/** What people do, and how often. */
export const soakActs: readonly { act: SoakAct; weight: number }[] = [
  { act: signUpAndConfirm, weight: 5 },
  { act: oneClick, weight: 5 },
  { act: changeChoice, weight: 7 },
  { act: request('objection'), weight: 1 },
  { act: request('erasure'), weight: 1 },
  { act: restrict, weight: 2 },
  { act: askForLink, weight: 1 },
  { act: look, weight: 2 },
  { act: forge, weight: 1 },
]
