import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { difference, withLanguage } from '../campaign/figures.ts'
import { goneWrites } from '../campaign/figures-record.ts'
import { messageOfKey } from '../campaign/message-record.ts'
import { decide, passing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { standingOf } from '../contact/contact.ts'
import { readContact } from '../contact/contacts.ts'
import { readAddress } from '../contact/suppression.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import type { MessageHit } from './classify.ts'
import { totalsOf } from './figures.ts'
import { type Tracked, trackedSchema } from './tracked.ts'

/** A message of which hits are known, as the sweep meets it. */
const trackedMessageSchema = v.object({
  pk: v.string(),
  sk: v.string(),
  contactId: v.string(),
  language: v.string(),
  ttl: v.number(),
  tracked: trackedSchema,
})
export type TrackedMessage = v.InferOutput<typeof trackedMessageSchema>
export const parseTrackedMessage = (item: unknown): TrackedMessage =>
  v.parse(trackedMessageSchema, item)

type Kind = MessageHit['kind']
const purposes = { open: 'open-tracking', click: 'click-tracking' } as const satisfies Record<
  Kind,
  string
>
const kinds = ['open', 'click'] as const satisfies readonly Kind[]

/**
 * The kinds of hits that are known of the message and rest on nothing any more (SUPP-08): a consent that
 * was withdrawn or has expired, a purpose that is off, a person who is gone.
 */
export async function endedKinds(
  { tables, policy }: { tables: Pick<Tables, 'db' | 'main'>; policy: Policy },
  { contactId, tracked }: TrackedMessage,
  now: Date,
): Promise<readonly Kind[]> {
  const known = kinds.filter((kind) => withoutKinds(tracked, [kind]) !== tracked)
  const contact = await readContact(tables, contactId)
  if (contact === undefined) return known
  const address = await readAddress(tables, [contact.addressKey])
  const standing = standingOf(contact, address)
  return known.filter((kind) => {
    const decision = decide(policy, standing, purposes[kind], now)
    return !decision.may && !passing.has(decision.because)
  })
}

/**
 * Deletes these kinds of hits from what is known of the message; its campaign's figures, which name
 * nobody, stay. @returns false when the message is no longer as it was read.
 */
export async function forgetKinds(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { message, ended }: { message: TrackedMessage; ended: readonly Kind[] },
  also: TransactWriteItem[],
): Promise<boolean> {
  const { pk, sk, language, ttl, tracked } = message
  const { campaignId, messageId } = messageOfKey(message)
  const left = withoutKinds(tracked, ended)
  const isEmpty = left.hits.length === 0 && Object.keys(left.settled.counts).length === 0
  const { kind } = await transact(db, [
    {
      Update: {
        TableName: main,
        Key: toItem({ pk, sk }),
        UpdateExpression: isEmpty ? 'REMOVE #tracked' : 'SET #tracked = :left',
        ConditionExpression: '#tracked.#revision = :revision',
        ExpressionAttributeNames: { '#tracked': 'tracked', '#revision': 'revision' },
        ExpressionAttributeValues: toItem({
          ':revision': tracked.revision,
          ...(isEmpty ? {} : { ':left': left }),
        }),
      },
    },
    // The figures stay as they are; this is by how much the message explains them no longer.
    ...goneWrites(main, {
      campaignId,
      spread: messageId,
      ttl,
      figures: withLanguage(language, difference(isEmpty ? {} : totalsOf(left), totalsOf(tracked))),
    }),
    ...also,
  ])
  return kind === 'written'
}

/** The same record when it holds nothing of these kinds. */
function withoutKinds(tracked: Tracked, ended: readonly Kind[]): Tracked {
  const { settled } = tracked
  const hits = tracked.hits.filter(({ kind }) => !ended.includes(kind))
  const counts = Object.fromEntries(
    Object.entries(settled.counts).filter(([name]) => !ended.includes(kindOf(name))),
  )
  const isSame =
    hits.length === tracked.hits.length &&
    Object.keys(counts).length === Object.keys(settled.counts).length
  if (isSame) return tracked
  return {
    ...tracked,
    revision: tracked.revision + 1,
    hits,
    settled: {
      counts,
      until: settled.until,
      ...(ended.includes('open')
        ? {}
        : { firstOpen: settled.firstOpen, lastOpen: settled.lastOpen }),
      ...(ended.includes('click') ? {} : { firstClick: settled.firstClick }),
    },
  }
}

/** Of `open:<class>`, `click:<class>` and `link:<n>:<class>`. */
const kindOf = (count: string): Kind => (count.startsWith('open:') ? 'open' : 'click')
