import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import type { Cloud } from '../../infra/local/cloud.ts'
import type { FaultRule } from '../../infra/local/faults/rule.ts'
import { seeded } from '../../infra/local/faults/seeded.ts'
import { staffClient } from '../../infra/local/services/staff-clients.ts'
import { audited, brokenOf } from '../support/audited.ts'
import { type Books, openBooks } from '../support/e2e-books.ts'
import { startLocalCloud } from '../support/local-cloud.ts'
import { type Ask, soakActs } from './acts.ts'
import { checkExport } from './exports.ts'
import { killOne } from './killer.ts'
import { brokenPromises, newPerson, type Person } from './person.ts'
import { queuesOf } from './queues.ts'

/**
 * `npm run soak`: the whole product under seeded faults, with its processes killed at random, while
 * people and mailbox providers go on; then every promise that was acknowledged, and every invariant,
 * is checked. Ends with status 1 when one does not hold.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    people: { type: 'string', default: '40' },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed)
if (!(minutes > 0) || !Number.isInteger(seed))
  throw new RangeError('--minutes and --seed take numbers')

const livesAtOnce = 6
const secondsBetweenKills = 1.5
const secondsToSettle = 300

const faults: FaultRule[] = [
  { service: 'dynamodb', fault: 'conflict', probability: 0.05 },
  { service: 'dynamodb', fault: 'throttle', probability: 0.03 },
  { service: 'dynamodb', fault: 'error', probability: 0.02 },
  { service: 'dynamodb', fault: 'cut-before', probability: 0.01 },
  { service: 'dynamodb', fault: 'cut-after', probability: 0.02 },
  { service: 'sqs', fault: 'error', probability: 0.03 },
  { service: 'sqs', fault: 'cut-after', probability: 0.03 },
  { service: 'ses', fault: 'throttle', probability: 0.1 },
  { service: 'ses', fault: 'error', probability: 0.05 },
  { service: 's3', fault: 'error', probability: 0.03 },
  { service: 'ssm', fault: 'error', probability: 0.05 },
  { fault: 'timeout', probability: 0.002 },
]

/** Each act as often as it happens. */
const often = soakActs.flatMap(({ act, weight }) => Array.from({ length: weight }, () => act))
const counts = new Map<string, number>()
const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
const problems: string[] = []

const cloud = await startLocalCloud({ empty: true })
const clients = createClients(cloud.endpoints, cloud.deployment.region)
try {
  await soak(cloud)
} finally {
  destroyClients(clients)
  await cloud.stop()
}
for (const [what, times] of [...counts].sort()) console.log(`${what}: ${times}`)
for (const problem of problems) console.log(`BROKEN ${problem}`)
console.log(
  problems.length === 0 ? 'Every promise and invariant holds' : `${problems.length} broken`,
)
if (problems.length > 0) process.exitCode = 1

async function soak({ endpoints, deployment, env, ...running }: Cloud): Promise<void> {
  const random = seeded(seed)
  const settings = env('unsubscribe')
  const books = openBooks({
    ...clients,
    tables: {
      main: settings.MAIN_TABLE ?? '',
      ledger: settings.LEDGER_TABLE ?? '',
      keys: settings.KEYS_TABLE ?? '',
    },
    keyPath: settings.KEY_PATH ?? '',
  })
  const queues = queuesOf(clients.sqs, deployment, endpoints.messaging)
  await queues.hurry()
  const staff = await staffToken(issuerOf(deployment))
  const people = Array.from({ length: Number(values.people) }, () =>
    newPerson(`soak.${randomUUID().slice(0, 8)}@example.org`),
  )

  running.faults.set(faults, seed)
  const end = Date.now() + minutes * 60_000
  const going = () => Date.now() < end
  const free = [...people]
  await Promise.all([
    ...Array.from({ length: livesAtOnce }, () => live({ books, random, free, going })),
    kill(random, going),
    exportNowAndThen({ staff, people, going }),
  ])
  running.faults.struck().forEach((times, index) => {
    const { service = 'any', fault } = faults[index] ?? {}
    counts.set(`fault ${service} ${fault}`, times)
  })
  running.faults.clear()

  const left = await queues.drain(secondsToSettle)
  problems.push(...left.map((work) => `work is left: ${work}`))
  for (const person of people) {
    const broken = brokenPromises(person, await books.contactOf(person.email))
    problems.push(...broken.map((promise) => `a person: ${promise}`))
  }
  const report = await audited(books.store, { settleMs: 2000 })
  problems.push(...brokenOf(report).map((broken) => `invariant ${broken}`))
}

type Lives = { books: Books; random: () => number; free: Person[]; going: () => boolean }

/** One person at a time does one thing after another, as the seed says; then another one comes. */
async function live({ books, random, free, going }: Lives): Promise<void> {
  while (going()) {
    const person = free.shift()
    if (person === undefined) throw new Error('There are fewer people than lives')
    for (let acts = 0; acts < 3; acts++) {
      const act = often[Math.floor(random() * often.length)]
      await act?.({ ask, books, random }, person)
    }
    free.push(person)
  }
}

async function kill(random: () => number, going: () => boolean): Promise<void> {
  while (going()) {
    await wait(secondsBetweenKills * 1000)
    if (killOne(random) > 0) count('processes killed')
  }
}

async function exportNowAndThen({
  staff,
  people,
  going,
}: {
  staff: string
  people: readonly Person[]
  going: () => boolean
}): Promise<void> {
  while (going()) {
    const outcome = await checkExport(ask, staff, people).catch((error: Error) => {
      problems.push(error.message)
      return { kind: 'wrong' }
    })
    count(`export ${outcome.kind}`)
    await wait(2000)
  }
}

/** One request, in which anything may go wrong. */
async function ask(...[method, path, over = {}]: Parameters<Ask>): ReturnType<Ask> {
  const { body, type, token } = over
  try {
    const answer = await fetch(cloud.origin + path, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(40_000),
      headers: {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
    })
    count(
      `${method} ${path
        .split('/')
        .slice(0, 3)
        .join('/')
        .replace(/^\/([us])\/.*/, '/$1')} ${answer.status}`,
    )
    return { status: answer.status, body: await answer.text() }
  } catch {
    count(`${method} without an answer`)
    return { status: 0, body: '' }
  }
}

function issuerOf({ api }: Cloud['deployment']): string {
  return api.routes.flatMap(({ jwt }) => jwt?.issuer ?? [])[0] ?? ''
}

async function staffToken(issuer: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: staffClient('marketing'),
  })
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body })
  return ((await answer.json()) as { access_token: string }).access_token
}
