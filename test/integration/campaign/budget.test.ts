import type { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PlanMessage, SendMessage } from '../../../functions/campaign/campaign-message.ts'
import type { Draft } from '../../../functions/campaign/draft.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { sendBatch } from '../../../functions/campaign/send.ts'
import { manySender, sender } from '../../../functions/platform/queue.ts'
import { remembered } from '../../../functions/platform/remembered.ts'
import type { Item } from '../../../functions/platform/table.ts'
import { type Messaging, startMessaging } from '../../../infra/local/services/messaging.ts'
import { putItems } from '../../bench/people.ts'
import { openCampaignOffice } from './campaign-office.ts'

/** The smallest campaign that is held to the budget: what each shard costs is shared by few here. */
const recipients = 2000

let office: Awaited<ReturnType<typeof openCampaignOffice>>
let messaging: Messaging

beforeAll(async () => {
  messaging = await startMessaging(0)
  office = await openCampaignOffice()
  await addReaders()
}, 60_000)
afterAll(async () => {
  await office.store.stop()
  await messaging.stop()
})

/** People as the product writes them, but put into the tables twenty-five at a time. */
async function addReaders(): Promise<void> {
  const { store } = office
  const items: { table: string; item: Item }[] = []
  const collecting = Object.create(store.tables.db) as DynamoDBClient
  collecting.send = (async ({ input }: TransactWriteItemsCommand) => {
    for (const { Put } of input.TransactItems ?? []) {
      if (Put?.Item !== undefined) items.push({ table: Put.TableName ?? '', item: Put.Item })
    }
    return {}
  }) as typeof collecting.send
  const into = { ...store, tables: { ...store.tables, db: collecting } }
  for (let number = 0; number < recipients; number++) {
    await office.add({ language: number % 4 === 0 ? 'en' : 'nb', given: allowed, into })
  }
  for (const [table, of] of Map.groupBy(items, ({ table }) => table)) {
    await putItems(
      store.tables.db,
      table,
      of.map(({ item }) => item),
    )
  }
}

/** Everybody may be profiled: the most that an order of their own can cost. */
const allowed = ['newsletter', 'profiling', 'click-tracking']

/** The office's work with its queues on SQS, each call counted by what it asks of which service. */
async function counted() {
  const calls: Record<string, number> = {}
  const count = (name: string) => {
    calls[name] = (calls[name] ?? 0) + 1
  }
  const counting = <Client extends { send: (command: never) => Promise<unknown> }>(
    client: Client,
  ): Client =>
    Object.assign(Object.create(client), {
      send: (command: { constructor: { name: string } }) => {
        count(command.constructor.name)
        return client.send(command as never)
      },
    })
  const sqs = new SQSClient({
    endpoint: messaging.endpoint,
    region: 'eu-north-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const urlOf = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? ''
  const [planUrl, sendUrl] = [await urlOf('plan'), await urlOf('send')]
  const wire = counting(sqs)
  const [plan, send, enqueue] = [
    sender<PlanMessage>(wire, planUrl),
    sender<SendMessage>(wire, sendUrl),
    manySender<SendMessage>(wire, sendUrl),
  ]
  const { work } = office
  const desk: typeof work = {
    ...work,
    tables: { ...work.tables, db: counting(work.tables.db) },
    plan: async (message) => {
      await plan(message)
      await work.plan(message)
    },
    send: async (message, delay) => {
      await send(message, delay)
      await work.send(message)
    },
    enqueue: async (messages) => {
      await enqueue(messages)
      await work.enqueue(messages)
    },
    mailer: (mail) => {
      count('SendBulkEmailCommand')
      return work.mailer(mail)
    },
    quota: remembered(
      () => {
        count('GetAccountCommand')
        return work.quota()
      },
      { seconds: 15, clock: work.clock },
    ),
  }
  return { desk, calls }
}

const tagged = (subject: string): Draft['variants'][string] => ({
  subject,
  blocks: ['planning', 'integration'].map((interest) => ({
    markdown: `[${interest}](https://nordlys.example/${interest})`,
    interests: [interest],
  })),
})

/**
 * What interests whom is read once for each shard that holds somebody of a batch. Few recipients lie far apart: here
 * a batch is of three to seven shards, and of one or two in a campaign to ten thousand, which has the quarter again.
 */
const kinds: [string, number, Partial<Draft>][] = [
  ['alike for all', 0.25, {}],
  ['in an order of their own', 0.33, { variants: { nb: tagged('Hei'), en: tagged('Hello') } }],
]

it.each(kinds)(
  `a campaign to ${recipients} people in two languages, %s, costs at most %f AWS calls a recipient, from its start to its end`,
  async (_, budget, over) => {
    const { desk, calls } = await counted()
    office.left.length = 0
    const id = await office.start(over)
    for (let next = office.plans.shift(); next !== undefined; next = office.plans.shift()) {
      await workOnPlan(desk, next)
    }
    for (let next = office.sends.shift(); next !== undefined; next = office.sends.shift()) {
      await sendBatch(desk, next)
    }
    expect(new Set(office.left.map(({ to }) => to)).size).toBe(recipients)
    expect(await office.stateOf(id)).toBe('sent')
    const total = Object.values(calls).reduce((sum, of) => sum + of, 0)
    expect(total / recipients, JSON.stringify(calls)).toBeLessThanOrEqual(budget)
  },
  120_000,
)
