import * as v from 'valibot'
import { idSchema, idToBytes } from '../platform/id.ts'
import { keyedHash } from '../platform/keyed-hash.ts'

/**
 * One campaign to one contact: `K#<campaignId>#<shard>` / `M#<messageId>`. Its id follows from the
 * campaign and the contact, so planning twice writes the same item, and a person's message is found
 * without an index.
 */
const time = v.pipe(v.string(), v.isoTimestamp())

export const messageStates = [
  'planned',
  'sending',
  'sent',
  /** Whether SES took it cannot be known: it is never sent again. */
  'unknown',
  /** At the last moment the answer was no, the person was gone, or the campaign was cancelled. */
  'skipped',
  /** This one mail could not be sent, and why is its `reason`. */
  'failed',
  'delivered',
  'bounced',
  'complained',
] as const

const messageSchema = v.object({
  contactId: idSchema,
  topic: v.string(),
  /** What allowed it: the ledger entry of the choice that stood when it was planned, then sent (SEND-03). */
  ledgerId: v.string(),
  language: v.string(),
  state: v.picklist(messageStates),
  /** Of one that came back: whether the mailbox is gone, or was only full or busy. */
  bounce: v.optional(v.picklist(['permanent', 'transient'])),
  /** Of one that was not sent: what `decide` said, that the person is gone, what SES will not take. */
  reason: v.optional(v.string()),
  /** Of one that was sent: what of it is recorded, as its person allowed at that moment (TRACK-01). */
  counted: v.optional(v.object({ opens: v.boolean(), clicks: v.boolean() })),
  /**
   * Of which of these nothing is recorded any more, whatever ended it. Never taken back: a later yes
   * makes nothing known of the time in between, so the message stays out of its campaign's rates.
   */
  ended: v.optional(
    v.object({ opens: v.optional(v.literal(true)), clicks: v.optional(v.literal(true)) }),
  ),
  sesId: v.optional(v.string()),
  sentAt: v.optional(time),
  /** Rises with every change of what became of it, which changes its campaign's figures too. */
  revision: v.optional(v.number(), 0),
  ttl: v.number(),
})
export type Message = v.InferOutput<typeof messageSchema>
export type Counted = NonNullable<Message['counted']>
export type Ended = NonNullable<Message['ended']>

const messageIdBytes = 16
const messageShards = 16

/** @param key the campaign's own. */
export function messageIdOf(key: Uint8Array, contactId: string): string {
  return keyedHash(key).update(idToBytes(contactId)).digest().toString('hex', 0, messageIdBytes)
}

/** `K#<campaignId>#<00–15>`, so that a large campaign lies in more than one partition. */
const messagePk = (campaignId: string, shard: number): string =>
  `K#${campaignId}#${String(shard).padStart(2, '0')}`

/** All the partitions of a campaign's messages. */
export const messagePartitions = (campaignId: string): string[] =>
  Array.from({ length: messageShards }, (_, shard) => messagePk(campaignId, shard))

/** @param messageId 32 hexadecimal digits; its first byte gives the shard. */
export function messageKey(campaignId: string, messageId: string): { pk: string; sk: string } {
  const shard = Number.parseInt(messageId.slice(0, 2), 16) % messageShards
  return { pk: messagePk(campaignId, shard), sk: `M#${messageId}` }
}

/** The ids again of an item that was met under its key. */
export function messageOfKey({ pk, sk }: { pk: string; sk: string }) {
  return { campaignId: pk.split('#')[1] ?? '', messageId: sk.slice('M#'.length) }
}

/** Holds while nothing has become of the message since it was read; needs `:revision`. */
export const unchangedSince = ({ revision }: Pick<Message, 'revision'>): string =>
  revision === 0
    ? 'attribute_exists(pk) AND (attribute_not_exists(revision) OR revision = :revision)'
    : 'revision = :revision'

export function parseMessage(item: Record<string, unknown>): Message {
  return v.parse(messageSchema, item)
}
