import { createHash } from 'node:crypto'
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { type Choice, choiceSchema } from '../consent/choices.ts'
import type { Standing } from '../consent/decide.ts'
import { type Tables, toItem } from '../platform/table.ts'
import type { OpenContact } from './contact.ts'
import { sealIdentity } from './vault.ts'

/**
 * Who may be mailed about a topic, as base items that can be read strongly: a topic's members lie in
 * 64 shards. One is written or deleted in the very transaction that changes the choice.
 */
export const shardCount = 64

export function shardOf(contactId: string): string {
  const byte = createHash('sha256').update(contactId).digest()[0] ?? 0
  return String(byte % shardCount).padStart(2, '0')
}

export const membershipPk = (topic: string, shard: string): string => `T#${topic}#${shard}`

const membershipSchema = v.object({
  sk: v.string(),
  sealed: v.instance(Uint8Array),
  language: v.string(),
  choice: choiceSchema,
})
export type Membership = {
  contactId: string
  sealed: Uint8Array
  language: string
  choice: Choice
}

export function parseMembership(item: Record<string, unknown>): Membership {
  const { sk, ...rest } = v.parse(membershipSchema, item)
  return { contactId: sk, ...rest }
}

/** A membership exists only for someone neither suppressed, restricted nor being erased. */
export function membershipStanding(membership: Membership, topic: string): Standing {
  return {
    contactId: membership.contactId,
    choices: { [topic]: membership.choice },
    restricted: false,
    erasing: false,
    suppressed: [],
  }
}

export function membershipPut(
  tables: Tables,
  contact: OpenContact,
  topic: string,
  choice: Choice,
): TransactWriteItem {
  const { email, name } = contact.identity
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({
        pk: membershipPk(topic, shardOf(contact.contactId)),
        sk: contact.contactId,
        sealed: sealIdentity(
          contact.key,
          'membership',
          name === undefined ? { email } : { email, name },
        ),
        language: contact.language,
        choice,
      }),
    },
  }
}

export function membershipDelete(
  tables: Pick<Tables, 'main'>,
  contactId: string,
  topic: string,
): TransactWriteItem {
  return {
    Delete: {
      TableName: tables.main,
      Key: toItem({ pk: membershipPk(topic, shardOf(contactId)), sk: contactId }),
    },
  }
}
