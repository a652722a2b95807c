import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { PublishCommand } from '@aws-sdk/client-sns'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { PlanMessage } from '../../functions/campaign/campaign-message.ts'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import type { Cloud } from '../../infra/local/cloud.ts'
import type { FaultRule } from '../../infra/local/faults/rule.ts'
import { seeded } from '../../infra/local/faults/seeded.ts'
import { staffClient } from '../../infra/local/services/staff-clients.ts'
import { audited, brokenOf } from '../support/audited.ts'
import { openBooks } from '../support/e2e-books.ts'
import { startLocalCloud } from '../support/local-cloud.ts'
import { type Scene, signUpAndConfirm, soakActs } from './acts.ts'
import { aftermath, hitsIn, settle } from './aftermath.ts'
import { brokenByCampaigns, brokenInMails } from './campaign-promises.ts'
import { openColleague } from './colleague.ts'
import { checkExport } from './exports.ts'
import { strangeFaults } from './fault-lines.ts'
import { brokenByHits } from './hit-promises.ts'
import { openInbox } from './inbox.ts'
import { killOne } from './killer.ts'
import { spreadRumours } from './mail-rumours.ts'
import { openAsk } from './open-ask.ts'
import { brokenPromises, newPerson, type Person } from './person.ts'
import { queuesOf } from './queues.ts'
import { openReaders } from './readers.ts'

/**
 * `npm run soak`: the whole product under seeded faults, with its processes killed at random, while
 * people and mailbox providers go on, marketing sends campaigns, and mail clients and scanners fetch
 * what is in them; then every promise that was acknowledged, and every invariant, is checked. Ends with status 1 when one does not hold.
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
  { service: 'ses', fault: 'cut-after', probability: 0.05 },
  { service: 'ses', fault: 'cut-before', probability: 0.02 },
  { service: 'ses', fault: 'refuse-one', probability: 0.15 },
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
const ask = openAsk(cloud.origin, count)
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
  const people = Array.from({ length: Number(values.people) }, (_, index) => somebody(index))
  const inbox = openInbox(running.inbox, books)
  const scene = { ask, books, inbox, random }
  const colleague = openColleague({ ...scene, token: staff })
  const readers = openReaders(scene)
  const planning = planQueue(env('plan-campaign').PLAN_QUEUE_URL ?? '', endpoints.messaging)
  const tell = (Message: string) =>
    clients.sns.send(new PublishCommand({ TopicArn: deployment.mailEvents[0]?.topicArn, Message }))

  // So that there is somebody to write to from the first campaign on.
  for (const person of people.slice(0, -8)) await signUpAndConfirm(scene, person)
  running.faults.set(faults, seed)
  const end = Date.now() + minutes * 60_000
  const going = () => Date.now() < end
  const free = [...people]
  await Promise.all([
    ...Array.from({ length: livesAtOnce }, () => live({ scene, free, going })),
    kill(random, going),
    exportNowAndThen({ staff, people, going }),
    colleague.work(going),
    readers.work(going),
    spreadRumours({ books, inbox, people, random, tell, count }, going),
    startNowAndThen(planning, going),
  ])
  running.faults.struck().forEach((times, index) => {
    const { service = 'any', fault } = faults[index] ?? {}
    counts.set(`fault ${service} ${fault}`, times)
  })
  running.faults.clear()

  const settled = await settle({ books, colleague, queues, ask, staff, send: planning })
  problems.push(...settled.left.map((work) => `work is left: ${work}`))
  problems.push(...readers.problems, ...settled.broken)
  for (const person of people) {
    const broken = brokenPromises(person, await books.contactOf(person.email))
    problems.push(...broken.map((promise) => `a person: ${promise}`))
  }
  const underWayMs = 1000 * timeoutOf(deployment, 'send-batch')
  const after = await aftermath({ books, inbox, people, underWayMs, ...settled })
  counts.set('campaigns started', after.startedAt.size)
  counts.set('mails of campaigns', after.mails.length)
  counts.set('hits recorded', hitsIn(after))
  for (const { message } of after.messages) count(`message ${message.state}`)
  problems.push(...brokenByCampaigns(after), ...brokenInMails(after))
  problems.push(...brokenByHits(after, readers.fetched))
  problems.push(...strangeFaults(running.logs(), settled.quietSince))
  const report = await audited(books.store, { settleMs: 2000 })
  problems.push(...brokenOf(report).map((broken) => `invariant ${broken}`))
}

/** Most have a mailbox of their own; some are known to SES's simulator, or much is told of their mail. */
function somebody(index: number): Person {
  const name = `soak-${randomUUID().slice(0, 8)}`
  switch (index % 10) {
    case 3:
      return newPerson(`complaint+${name}@simulator.amazonses.com`, 'complains')
    case 6:
      return newPerson(`bounce+${name}@simulator.amazonses.com`, 'bounces')
    case 9:
      return newPerson(`${name}@example.org`, 'noisy')
    default:
      return newPerson(`${name}@example.org`)
  }
}

type Lives = { scene: Scene; free: Person[]; going: () => boolean }

/** One person at a time does one thing after another, as the seed says; then another one comes. */
async function live({ scene, free, going }: Lives): Promise<void> {
  while (going()) {
    const person = free.shift()
    if (person === undefined) throw new Error('There are fewer people than lives')
    for (let acts = 0; acts < 3; acts++) {
      const act = often[Math.floor(scene.random() * often.length)]
      await act?.(scene, person)
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

/** Puts work on the queue of planning. */
function planQueue(url: string, messagingUrl: string): (message: PlanMessage) => Promise<void> {
  const QueueUrl = messagingUrl + new URL(url).pathname
  return async (message) => {
    const MessageBody = JSON.stringify(message)
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  }
}

/** As the clock does, every few minutes. */
async function startNowAndThen(
  send: (message: PlanMessage) => Promise<void>,
  going: () => boolean,
): Promise<void> {
  while (going()) {
    await send({ kind: 'start-due' })
    await wait(5000)
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

function timeoutOf({ functions }: Cloud['deployment'], name: string): number {
  const found = functions.find((each) => each.name.endsWith(`-${name}`))
  if (found === undefined) throw new Error(`The assembly has no function ${name}`)
  return found.timeoutSeconds
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
