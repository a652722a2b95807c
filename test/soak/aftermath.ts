import { setTimeout as wait } from 'node:timers/promises'
import type { PlanMessage } from '../../functions/campaign/campaign-message.ts'
import type { Recount } from '../../functions/tracking/recount-record.ts'
import type { Statistics } from '../../functions/tracking/statistics.ts'
import type { Books } from '../support/e2e-books.ts'
import type { Ask } from './acts.ts'
import type { Aftermath } from './campaign-promises.ts'
import { campaignsIn, messagesIn } from './campaigns-in.ts'
import type { Colleague } from './colleague.ts'
import { brokenFigures } from './hit-promises.ts'
import { anHourPasses, batchesIn } from './hour.ts'
import { type Inbox, messagesOf } from './inbox.ts'
import type { Person } from './person.ts'
import type { Queues } from './queues.ts'

type Settling = {
  books: Books
  colleague: Colleague
  queues: Queues
  ask: Ask
  staff: string
  send: (message: PlanMessage) => Promise<void>
}
export type Settled = {
  /** Work that will not go away. */
  left: string[]
  broken: string[]
  startedAt: Map<string, number>
  /** Since when all that the faults had left behind is worked off. */
  quietSince: number
}

const secondsToSettle = 300
const mostHours = 4

/**
 * Lets everything come to its end, with nothing going wrong any more: the queues are worked off, what
 * is paused goes on, and the hours pass after which the repair takes up what died half way.
 */
export async function settle(settling: Settling): Promise<Settled> {
  const { books, colleague, queues, ask, staff, send } = settling
  let left = await queues.drain(secondsToSettle)
  const quietSince = Date.now()
  const startedAt = new Map(
    (await campaignsIn(books)).flatMap(({ id, campaign: { startedAt } }) =>
      startedAt === undefined ? [] : [[id, Date.parse(startedAt)] as const],
    ),
  )
  for (let hours = 0; hours < mostHours && left.length === 0; hours++) {
    await colleague.finish()
    left = await queues.drain(secondsToSettle)
    if (!(await isUnderWay(books))) break
    await anHourPasses(books)
    await send({ kind: 'repair' })
    left = await queues.drain(secondsToSettle)
  }
  const started = [...startedAt.keys()]
  await colleague.recount(started)
  await queues.drain(secondsToSettle)
  // A queue is empty before the last of its work is done.
  await wait(1000)
  const broken: string[] = []
  for (const id of started) {
    const { status, body } = await ask('GET', `/staff/campaigns/${id}/statistics`, { token: staff })
    broken.push(
      ...(status === 200
        ? brokenFigures(id, JSON.parse(body) as Statistics & { recount?: Recount })
        : [`the statistics of ${id} answer ${status}`]),
    )
  }
  return { left, broken, startedAt, quietSince }
}

async function isUnderWay(books: Books): Promise<boolean> {
  const over: readonly string[] = ['draft', 'sent', 'cancelled']
  const campaigns = await campaignsIn(books)
  return (
    campaigns.some(({ campaign }) => !over.includes(campaign.state)) ||
    (await batchesIn(books)).length > 0
  )
}

type Known = {
  books: Books
  inbox: Inbox
  people: readonly Person[]
  underWayMs: number
  startedAt: ReadonlyMap<string, number>
}

/** Everything that the promises are compared with. */
export async function aftermath(known: Known): Promise<Aftermath> {
  const { books, inbox, people, underWayMs, startedAt } = known
  await inbox.read()
  const contactIds = new Map<string, string | undefined>()
  for (const { email } of people) {
    contactIds.set(email, (await books.contactOf(email))?.contactId)
  }
  const mails = inbox.mails()
  return {
    people,
    contactIds,
    campaigns: await campaignsIn(books),
    messages: await messagesIn(books),
    mails,
    messageOf: await messagesOf(books, mails),
    startedAt,
    underWayMs,
  }
}

export const hitsIn = ({ messages }: Aftermath): number =>
  messages.reduce((sum, { tracked }) => sum + (tracked?.hits.length ?? 0), 0)
