import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'

const text = v.object({ S: v.string() })
const attribute = v.custom<AttributeValue>((value) => typeof value === 'object' && value !== null)
const image = v.optional(v.record(v.string(), attribute))

/** One change of the ledger, as Lambda hands it on from the table's stream. */
const recordSchema = v.object({
  eventID: v.string(),
  eventName: v.picklist(['INSERT', 'MODIFY', 'REMOVE']),
  /** Who removed an item; named only when DynamoDB itself did, because its time was over. */
  userIdentity: v.nullish(v.object({ principalId: v.optional(v.string()) })),
  dynamodb: v.object({
    /** Seconds since 1970. */
    ApproximateCreationDateTime: v.number(),
    Keys: v.object({ pk: text, sk: text }),
    NewImage: image,
  }),
})
export type StreamRecord = v.InferOutput<typeof recordSchema>

export const streamEvent = v.object({ Records: v.array(recordSchema) })

/** The evidence period is over: the one way in which an entry may go. */
export function hasExpired({ eventName, userIdentity }: StreamRecord): boolean {
  return eventName === 'REMOVE' && userIdentity?.principalId === 'dynamodb.amazonaws.com'
}

/** The ledger is appended to (REC-01); whatever else happens to it was done by hand, or worse. */
export function isTampering(record: StreamRecord): boolean {
  return record.eventName !== 'INSERT' && !hasExpired(record)
}
