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
})

export type Mailbox = {
  latestSignUp: string | undefined
  /** A permanent bounce: nothing arrives there, and each try harms the other letters. */
  bounced: boolean
  confirm: CoolDown
  manage: CoolDown
}

/** Written by the form (`latestSignUp`) and by letters (the rest). */
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
  }
}

function coolDown(at: string | undefined, letters: number, lease: string | undefined): CoolDown {
  return {
    letters,
    ...(at === undefined ? {} : { at: new Date(at) }),
    ...(lease === undefined ? {} : { lease: new Date(lease) }),
  }
}
