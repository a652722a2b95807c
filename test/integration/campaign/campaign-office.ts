import { QueryCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import {
  batchDelete,
  batchPk,
  batchPut,
  parseBatch,
} from '../../../functions/campaign/batch-record.ts'
import type { PlanMessage, SendMessage } from '../../../functions/campaign/campaign-message.ts'
import type { CampaignRecipient } from '../../../functions/campaign/campaign-recipient.ts'
import { campaignKey, readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { createDraft, type Draft } from '../../../functions/campaign/draft.ts'
import { type LaunchDesk, startCampaign } from '../../../functions/campaign/launch.ts'
import { messageIdOf, messageKey } from '../../../functions/campaign/message-record.ts'
import { noteMessage } from '../../../functions/campaign/note-message.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import type { PlanWork } from '../../../functions/campaign/plan-work.ts'
import { type SendWork, sendBatch } from '../../../functions/campaign/send.ts'
import type { DomainProblem } from '../../../functions/campaign/sending-domain.ts'
import { addressKeys, addressSchema } from '../../../functions/contact/address.ts'
import type { ContactStore } from '../../../functions/contact/contacts.ts'
import { createContact } from '../../../functions/contact/create.ts'
import type { BulkMail, EntryOutcome } from '../../../functions/platform/bulk-mailer.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { fill } from '../../../functions/platform/mail-template.ts'
import { fromItem, readTogether, toItem, transact } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { startContactStore } from '../../support/contact-store.ts'

const topic = 'newsletter'
const draft: Draft = {
  name: 'November',
  topic,
  variants: {
    nb: { subject: 'Hei', blocks: [{ markdown: 'Les [mer](https://nordlys.example/mer)' }] },
    en: { subject: 'Hello', blocks: [{ markdown: 'Read [more](https://nordlys.example/more)' }] },
  },
}

export type Left = {
  to: string
  subject: string
  html: string
  headers: string[]
  sesId: string
  tags: Readonly<Record<string, string>>
}
let made = 0

/** Campaigns on real tables; what SES is handed is kept, and the test says what it answers. */
export async function openCampaignOffice() {
  const store = await startContactStore()
  const plans: PlanMessage[] = []
  const sends: SendMessage[] = []
  const left: Left[] = []
  const time = { now: new Date('2026-11-27T08:00:00.000Z') }
  const accept = (mail: BulkMail<CampaignRecipient>): EntryOutcome[] =>
    mail.entries.map(({ to, values, headers, tags }) => {
      const sesId = `ses-${left.length}`
      left.push({
        sesId,
        tags,
        to: to.address,
        subject: fill(mail.subject, values),
        html: fill(mail.html, values),
        headers: headers.map(({ name }) => name),
      })
      return { kind: 'sent', sesId }
    })
  /** What stands between the product and SES; a test may put something else there. */
  const wire = { mailer: async (mail: BulkMail<CampaignRecipient>) => accept(mail) }
  /** What SES and DNS say of the account and its domain. */
  const account = {
    quota: async () => ({ enabled: true, perSecond: 10_000, perDay: 1e9, sentToday: 0 }),
    domain: [] as DomainProblem[],
  }
  const common = {
    ...store,
    origin: 'https://choices.nordlys.example',
    clock: () => time.now,
    log: { info: () => {}, fault: () => {} },
    plan: async (message: PlanMessage) => void plans.push(message),
    send: async (message: SendMessage) => void sends.push(message),
    enqueue: async (messages: readonly SendMessage[]) => void sends.push(...messages),
    pageSize: 1000,
  }
  const work: PlanWork & LaunchDesk & SendWork = {
    ...common,
    policy,
    mailer: (mail) => wire.mailer(mail),
    quota: () => account.quota(),
    domain: async () => [...account.domain],
  }

  type Reader = {
    language?: string
    given?: readonly string[]
    /** What was entered of them on the basis of a legitimate interest. */
    interest?: readonly string[]
    /** Another way to the same tables. */
    into?: ContactStore
  }
  async function add(over: Reader = {}) {
    const { language = 'nb', given = [topic], interest = [], into = store } = over
    const address = v.parse(addressSchema, `someone-${++made}@example.org`)
    const at = new Date('2026-11-20T08:00:00.000Z')
    const keys = addressKeys(address, await store.keys('address'))
    const created = await createContact(into, {
      address: { addressKey: keys[0] ?? '', suppressions: {} },
      language,
      plan: () => ({
        at,
        identity: { email: address },
        entries: [
          {
            kind: 'confirm',
            at,
            ledgerId: orderedId(at),
            noticeVersion: policy.notice.version,
            changes: [
              ...given.map((purpose) => ({ purpose, state: 'given', basis: 'consent' }) as const),
              ...interest.map(
                (purpose) => ({ purpose, state: 'given', basis: 'legitimate_interest' }) as const,
              ),
            ],
            evidence: { actor: 'person', method: 'confirm-page' },
          },
        ],
      }),
    })
    if (created.kind !== 'created') throw new Error('could not be created')
    return { contactId: created.contact.contactId, email: String(address) }
  }

  async function drafted(over: Partial<Draft> = {}): Promise<string> {
    const created = await createDraft(work, 'kari', { ...draft, ...over })
    if (created.kind !== 'created') throw new Error(created.kind)
    return created.campaignId
  }
  async function start(over: Partial<Draft> = {}): Promise<string> {
    const campaignId = await drafted(over)
    const started = await startCampaign(work, 'kari', { campaignId })
    if (started.kind !== 'done') throw new Error(started.kind)
    return campaignId
  }

  const planAll = async () => {
    for (let next = plans.shift(); next !== undefined; next = plans.shift()) {
      await workOnPlan(work, next)
    }
  }
  const sendAll = async () => {
    for (let next = sends.shift(); next !== undefined; next = sends.shift()) {
      await sendBatch(work, next)
    }
  }
  const stateOf = async (campaignId: string) =>
    (await readCampaign(store.tables, campaignId, time.now))?.state
  const messageOf = async (campaignId: string, contactId: string) => {
    const campaign = await readCampaign(store.tables, campaignId, time.now)
    if (campaign === undefined) throw new Error('no such campaign')
    const [item] = await readTogether(store.tables.db, [
      {
        table: store.tables.main,
        key: messageKey(campaignId, messageIdOf(campaign.key, contactId)),
      },
    ])
    return item
  }
  /** What the audit trail of the office's day says of a campaign. */
  const auditOf = async (campaignId: string) => {
    const { Items = [] } = await store.tables.db.send(
      new QueryCommand({
        TableName: store.tables.ledger,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: toItem({
          ':pk': `AUDIT#${time.now.toISOString().slice(0, 10)}`,
        }),
      }),
    )
    return Items.map(fromItem).filter(({ subject }) => subject === campaignId)
  }
  const batchesOf = async (campaignId: string) => {
    const { Items = [] } = await store.tables.db.send(
      new QueryCommand({
        TableName: store.tables.main,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: toItem({ ':pk': batchPk(campaignId) }),
        ConsistentRead: true,
      }),
    )
    return Items.map(fromItem)
  }
  /** SES tells of mails that have left. */
  const heard = async (mails: readonly Left[]) => {
    for (const { sesId, tags, to } of mails) {
      const told = Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]]))
      const mail = { timestamp: time.now, messageId: sesId, destination: [to], tags: told }
      await noteMessage(store.tables, { type: 'Send', mail })
    }
  }
  /** All that is planned as one batch. */
  const inOneBatch = async (campaignId: string): Promise<SendMessage> => {
    const { db, main } = store.tables
    const batches = (await batchesOf(campaignId)).map(parseBatch)
    const [first] = batches
    if (first === undefined) throw new Error('nothing is planned')
    await transact(
      db,
      batches.map(({ batchId }) => batchDelete({ main }, campaignId, batchId)),
    )
    const contactIds = batches.flatMap((batch) => batch.contactIds)
    await transact(db, [batchPut({ main }, campaignId, { ...first, contactIds })])
    sends.length = 0
    return { campaignId, batchId: first.batchId, language: first.language }
  }
  /** Has all shards of a campaign planned but those, so that not all sixty-four need be walked. */
  const leaveOpen = async (campaignId: string, open: readonly string[]): Promise<void> => {
    const { db, main } = store.tables
    const others = Array.from({ length: 64 }, (_, n) => String(n).padStart(2, '0')).filter(
      (shard) => !open.includes(shard),
    )
    const { pk } = campaignKey(campaignId)
    await transact(
      db,
      others.map((shard) => ({ Put: { TableName: main, Item: toItem({ pk, sk: `S#${shard}` }) } })),
    )
  }
  const startWith = async (open: readonly string[]): Promise<string> => {
    const campaignId = await start()
    await leaveOpen(campaignId, open)
    return campaignId
  }
  const later = (minutes: number): void => {
    time.now = new Date(time.now.getTime() + minutes * 60_000)
  }
  return {
    store,
    work,
    wire,
    account,
    accept,
    plans,
    sends,
    left,
    time,
    later,
    add,
    draft: drafted,
    start,
    planAll,
    sendAll,
    stateOf,
    messageOf,
    auditOf,
    batchesOf,
    heard,
    inOneBatch,
    leaveOpen,
    startWith,
  }
}
