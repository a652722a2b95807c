import { randomUUID } from 'node:crypto'
import type { Books } from '../support/e2e-books.ts'
import { noted, type Person, topics } from './person.ts'

/** A request of the soak: its status, or 0 when no answer came. */
export type Ask = (
  method: string,
  path: string,
  over?: { body?: string; type?: string; token?: string },
) => Promise<{ status: number; body: string }>

export type Scene = { ask: Ask; books: Books; random: () => number }
export type SoakAct = (scene: Scene, person: Person) => Promise<unknown>

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'
const ok = (status: number) => status >= 200 && status < 300

const one = <T>(random: () => number, of: readonly T[]): T | undefined =>
  of[Math.floor(random() * of.length)]

async function signUpAndConfirm({ ask, books }: Scene, person: Person): Promise<void> {
  const body = JSON.stringify({
    email: person.email,
    topics,
    purposes: ['profiling'],
    locale: 'nb',
    form: 'footer',
  })
  const asked = await ask('POST', '/api/subscriptions', { body, type: json })
  if (!ok(asked.status)) return
  const link = await books.confirmLink(person.email).catch(() => undefined)
  if (link === undefined) return
  const pressed = topics.map((topic) => `topics=${topic}`).join('&')
  // It never lifts an objection or erasure that is newer, so no more is certain than "perhaps".
  const known = person.expected.size > 0
  person.erased = false
  noted(person, topics, { says: 'either', acknowledged: false })
  const { status } = await ask('POST', link, { body: pressed, type: form })
  if (!known && ok(status)) noted(person, topics, { says: 'on', acknowledged: true })
}

async function oneClick({ ask, books, random }: Scene, person: Person): Promise<void> {
  const topic = one(random, topics)
  const link = await books.unsubscribeLink(person.email, topic).catch(() => undefined)
  if (link === undefined || topic === undefined) return
  const all = random() < 0.2
  const body = all ? 'scope=all' : 'List-Unsubscribe=One-Click'
  const turnOff = () => ask('POST', link, { body, type: form })
  // Mailbox providers repeat themselves, also at the same moment.
  const answers = random() < 0.3 ? await Promise.all([turnOff(), turnOff()]) : [await turnOff()]
  const acknowledged = answers.some(({ status }) => ok(status))
  noted(person, all ? topics : [topic], { says: 'off', acknowledged })
  const undo = /name="undo" value="([\w-]+)"/.exec(answers[0]?.body ?? '')?.[1]
  if (undo === undefined || random() > 0.3) return
  noted(person, all ? topics : [topic], { says: 'either', acknowledged: false })
  await ask('POST', `${link}/undo`, { body: `undo=${undo}`, type: form })
}

async function changeChoice({ ask, books, random }: Scene, person: Person): Promise<void> {
  const token = await books.sessionOf(person.email).catch(() => undefined)
  const topic = one(random, topics)
  if (token === undefined || topic === undefined) return
  const says = random() < 0.6 ? 'on' : 'off'
  const state = says === 'on' ? 'given' : 'withdrawn'
  const body = JSON.stringify({ choices: { [topic]: state } })
  const { status } = await ask('PATCH', '/api/preferences', { body, type: json, token })
  noted(person, [topic], { says, acknowledged: ok(status) })
}

function request(kind: 'erasure' | 'objection'): SoakAct {
  return async ({ ask, books }, person) => {
    const token = await books.sessionOf(person.email).catch(() => undefined)
    if (token === undefined) return
    const body = JSON.stringify({ kind })
    const { status } = await ask('POST', '/api/requests', { body, type: json, token })
    noted(person, topics, { says: 'off', acknowledged: ok(status) })
    if (kind === 'erasure' && ok(status)) person.erased = true
  }
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
  { act: signUpAndConfirm, weight: 4 },
  { act: oneClick, weight: 6 },
  { act: changeChoice, weight: 5 },
  { act: request('objection'), weight: 1 },
  { act: request('erasure'), weight: 1 },
  { act: askForLink, weight: 1 },
  { act: look, weight: 2 },
  { act: forge, weight: 1 },
]
