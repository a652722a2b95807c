import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { newCampaignId } from '../../../functions/campaign/campaign-record.ts'
import { messageIdOf, messageKey } from '../../../functions/campaign/message-record.ts'
import { readShards, sumOf } from '../../../functions/campaign/read-figures.ts'
import { mintHitId } from '../../../functions/platform/hit-id.ts'
import { readTogether, toItem } from '../../../functions/platform/table.ts'
import { trackedOf } from '../../../functions/tracking/tracked.ts'
import type { Outcome } from '../../../infra/local/lambda-worker.ts'
import { bearer, jsonType, openWorkshop } from '../../support/e2e-workshop.ts'
import {
  campaignItem,
  campaignSecret,
  listedItem,
  messageItem,
} from '../../support/mailed-items.ts'

export const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
export const links = [
  'https://nordlys.example/a?b=c#d',
  'https://nordlys.example/2',
  'javascript:x',
]

/** A mail as a person has it: where its pixel and its links lead. */
export type Mailed = {
  contactId: string
  campaignId: string
  messageId: string
  hitId: string
  pixel: string
  link: (n: number | string) => string
}

/** A workshop in which mails have gone out, and hits can be looked at between queue and record. */
export async function openMailroom() {
  const shop = await openWorkshop()
  const { main } = shop.local.tables
  const db = shop.local.dynamodb
  const QueueUrl = shop.local.env('tracking').HITS_QUEUE_URL
  const put = (item: Record<string, unknown>) =>
    db.send(new PutItemCommand({ TableName: main, Item: toItem(item) }))
  return {
    ...shop,
    /** @param purposes which of the tracking purposes they have ticked. */
    person: async (email: string, purposes: readonly string[]): Promise<string> => {
      await shop.signUp(email, { purposes })
      await shop.confirm(
        email,
        ['topics=newsletter', ...purposes.map((p) => `purposes=${p}`)].join('&'),
      )
      return (await shop.books.contactOf(email))?.contactId ?? ''
    },
    campaign: async (over: { trap?: string } = {}): Promise<string> => {
      const campaignId = newCampaignId()
      await put({ ...campaignItem(campaignId, links), ...over })
      await put(listedItem(campaignId))
      return campaignId
    },
    mail: async (campaignId: string, contactId: string): Promise<Mailed> => {
      const messageId = messageIdOf(campaignSecret, contactId)
      await put(messageItem(campaignId, contactId))
      const hitId = mintHitId(await shop.books.store.keys('hit'), { campaignId, messageId })
      return {
        contactId,
        campaignId,
        messageId,
        hitId,
        pixel: `/o/${hitId}.gif`,
        link: (n) => `/c/${hitId}/${n}`,
      }
    },
    choose: async (email: string, purpose: string, state: string): Promise<void> => {
      const { status, body } = await shop.ask({
        method: 'PATCH',
        path: '/api/preferences',
        headers: { ...jsonType, ...bearer(await shop.books.sessionOf(email)) },
        body: JSON.stringify({ choices: { [purpose]: state } }),
      })
      if (status !== 200) throw new Error(`expected 200, got ${status}: ${body}`)
    },
    /** Takes all hits that wait, out of the queue, as Lambda would hand them over. */
    waiting: async (): Promise<{ messageId: string; body: string }[]> => {
      const taken: { messageId: string; body: string }[] = []
      for (;;) {
        const { Messages = [] } = await shop.local.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3600 }),
        )
        if (Messages.length === 0) return taken
        taken.push(
          ...Messages.map(({ MessageId = '', Body = '' }) => ({
            messageId: MessageId,
            body: Body,
          })),
        )
      }
    },
    record: (records: readonly { messageId: string; body: string }[]): Promise<Outcome> =>
      shop.invoke('record-hits', {
        Records: records.map((record) => ({ ...record, attributes: {}, messageAttributes: {} })),
      }),
    trackedOn: async ({ campaignId, messageId }: Mailed) => {
      const [item] = await readTogether(db, [
        { table: main, key: messageKey(campaignId, messageId) },
      ])
      return item === undefined ? undefined : trackedOf(item)
    },
    /** The campaign's figures, all shards together, those that are nought left out. */
    figuresOf: async (campaignId: string): Promise<Record<string, number>> => {
      const tables = { db, main }
      const hours = Object.entries(sumOf(await readShards(tables, campaignId, 'H#')))
      const sums: Record<string, number> = { ...sumOf(await readShards(tables, campaignId, 'T#')) }
      for (const [name, value] of hours) {
        const key = `hour:${name.slice(14)}`
        sums[key] = (sums[key] ?? 0) + value
      }
      return Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== 0))
    },
    remove: (key: { pk: string; sk: string }) =>
      db.send(new DeleteItemCommand({ TableName: main, Key: toItem(key) })),
  }
}
export type Mailroom = Awaited<ReturnType<typeof openMailroom>>
