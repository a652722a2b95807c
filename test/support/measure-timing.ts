import { request } from 'node:http'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import { type Books, openBooks } from './e2e-books.ts'
import { startLocalCloud } from './local-cloud.ts'

/**
 * `npm run timing`: can a stopwatch tell whom we know (SEC-08)? Asks for people in every state in
 * turns, compares each with a stranger, and says how often a guess by time alone would be right:
 * one half is no better than a coin.
 */
const rounds = Number(process.argv[2] ?? 300)
const states = ['stranger', 'another stranger', 'known', 'objected', 'erased'] as const
type State = (typeof states)[number]
const emailOf = (state: State) => `${state.replace(' ', '.').padEnd(16, 'x')}@example.org`
const jsonType = { 'content-type': 'application/json' }

const cloud = await startLocalCloud({ empty: true })
try {
  const clients = createClients(cloud.endpoints, cloud.deployment.region)
  const { MAIN_TABLE, LEDGER_TABLE, KEYS_TABLE, KEY_PATH } = cloud.env('subscriber-api')
  const tables = { main: MAIN_TABLE ?? '', ledger: LEDGER_TABLE ?? '', keys: KEYS_TABLE ?? '' }
  const books = openBooks({ ...clients, tables, keyPath: KEY_PATH ?? '' })
  for (const state of ['known', 'objected', 'erased'] as const) await introduce(state, books)
  for (const path of ['/api/subscriptions', '/api/links']) {
    process.stdout.write(`POST ${path}, ${rounds} of each\n`)
    const times = await measure(path)
    const stranger = times.get('stranger') ?? []
    for (const [state, took] of times) {
      const right = (guessedRight(took, stranger) * 100).toFixed(1)
      const median = middleOf(took).toFixed(2)
      process.stdout.write(
        `  ${state.padEnd(17)} median ${median} ms, a guess is right in ${right} %\n`,
      )
    }
  }
  destroyClients(clients)
} finally {
  await cloud.stop()
}

async function introduce(state: State, books: Books): Promise<void> {
  const email = emailOf(state)
  await send('POST', '/api/subscriptions', { email, topics: ['newsletter'], locale: 'nb' })
  await send('POST', await books.confirmLink(email), {})
  if (state === 'known') return
  const authorization = `Bearer ${await books.sessionOf(email)}`
  const kind = state === 'erased' ? 'erasure' : 'objection'
  await send('POST', '/api/requests', { kind }, { authorization })
  while (state === 'erased' && (await books.contactOf(email)) !== undefined) await pause(100)
}

/** In turns, each time in another order, so that a machine that is busy for a while slows all alike. */
async function measure(path: string): Promise<Map<State, number[]>> {
  const times = new Map(states.map((state): [State, number[]] => [state, []]))
  for (let round = -20; round < rounds; round++) {
    for (let turn = 0; turn < states.length; turn++) {
      const state = states[(turn * 3 + round + 20) % states.length]
      if (state === undefined) continue
      const body = { email: emailOf(state), topics: ['newsletter'] }
      const start = performance.now()
      await send('POST', path, body)
      if (round >= 0) times.get(state)?.push(performance.now() - start)
    }
  }
  return times
}

/** The share of pairs in which the slower one is the first kind; the better of both ways to guess. */
function guessedRight(one: readonly number[], other: readonly number[]): number {
  let slower = 0
  for (const a of one) for (const b of other) slower += a > b ? 1 : a === b ? 0.5 : 0
  const share = slower / (one.length * other.length)
  return Math.max(share, 1 - share)
}

function middleOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function send(method: string, path: string, body: object, more: object = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...jsonType, ...more }
    const sent = request(new URL(path, cloud.origin), { method, headers }, (reply) => {
      reply.resume().once('end', resolve)
    })
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })
}
