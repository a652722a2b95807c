import * as v from 'valibot'
import type { AddressKey } from '../contact/address.ts'
import { addressItemKey, parseAddressRecord } from '../contact/suppression.ts'
import { type PersonTables, readTogether } from '../platform/table.ts'

/** What letters one address has had of late: `A#…` / `L`, times and ids only, kept for a month. */
export type CoolDown = {
  /** When the last letter of the kind was begun, and the how manieth in a row it was. */
  at?: Date
  letters: number
  /** Stands while one is being sent; what an attempt left behind that died. */
  lease?: Date
}

const time = v.optional(v.pipe(v.string(), v.isoTimestamp()))
const count = v.optional(v.number(), 0)
const recordSchema = v.object({
  latestSignUp: v.optional(v.string()),
  confirmAt: time,
  confirmLetters: count,
  confirmLease: time,
  manageAt: time,
  manageLetters: count,
  manageLease: time,
  /** `<moment>#<id>` of each temporary failure, as mail events told of it. */
  softBounces: v.optional(v.set(v.string()), new Set<string>()),
})

export type Mailbox = {
  latestSignUp: string | undefined
  /** A permanent bounce: nothing arrives there, and each try harms the other letters. */
  bounced: boolean
  confirm: CoolDown
  manage: CoolDown
  /** Mails that a server did not take for the time being, of late. */
  softBounces: { count: number; at?: Date }
}

/** Written by the form (`latestSignUp`), by mail events (`softBounces`) and by letters (the rest). */
export const mailboxKey = (addressKey: AddressKey): { pk: string; sk: string } => ({
  pk: addressKey,
  sk: 'L',
})

export async function readMailbox(
  { db, main }: PersonTables,
  addressKey: AddressKey,
): Promise<Mailbox> {
  const [address, stored = {}] = await readTogether(db, [
    { table: main, key: addressItemKey(addressKey) },
    { table: main, key: mailboxKey(addressKey) },
  ])
  // Past its ttl it means nothing any more, but it still stands, and `hold` compares what stands.
  const record = v.parse(recordSchema, stored)
  return {
    latestSignUp: record.latestSignUp,
    bounced: parseAddressRecord(addressKey, address).suppressions.bounce !== undefined,
    confirm: coolDown(record.confirmAt, record.confirmLetters, record.confirmLease),
    manage: coolDown(record.manageAt, record.manageLetters, record.manageLease),
    softBounces: softBounces(record.softBounces),
  }
}

function softBounces(told: ReadonlySet<string>): Mailbox['softBounces'] {
  const last = [...told].sort().at(-1)?.split('#')[0]
  return { count: told.size, ...(last === undefined ? {} : { at: new Date(last) }) }
}

function coolDown(at: string | undefined, letters: number, lease: string | undefined): CoolDown {
  return {
    letters,
    ...(at === undefined ? {} : { at: new Date(at) }),
    ...(lease === undefined ? {} : { lease: new Date(lease) }),
  }
}
