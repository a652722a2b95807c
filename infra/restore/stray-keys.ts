import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { ContactStore } from '../../functions/contact/contacts.ts'
import { toItem } from '../../functions/platform/table.ts'
import { inspectKey, inspectLetter, inspectRequest, inspectSignUp } from '../audit/data-keys.ts'
import type { Inspect } from '../audit/inspect.ts'
import { type Stored, scanTable, tableReader } from '../audit/reader.ts'

/** Seals that outlived their key, by the kind of item; a contact is settled by its history instead. */
const sealed: readonly { pk: RegExp; sk: RegExp; inspect: Inspect }[] = [
  { pk: /^S#/, sk: /^S$/, inspect: inspectSignUp },
  { pk: /^L#/, sk: /^L$/, inspect: inspectLetter },
]

/**
 * A key lives exactly as long as what it opens (invariant 4): forms, letters and words about requests that
 * are newer than the copy are gone with the table, and older ones were done with since. Keys of contacts
 * are none of its business.
 * @returns how many of either were taken away.
 */
export async function dropStrays(store: ContactStore, now: Date): Promise<number> {
  const { db, main, keys } = store.tables
  const audit = { store, files: undefined, journal: undefined, reader: tableReader(db), now }
  let dropped = 0
  for await (const item of scanTable(db, main)) {
    const pk = String(item.pk)
    const rule = sealed.find((each) => each.pk.test(pk) && each.sk.test(String(item.sk)))
    const isStray = rule !== undefined && (await rule.inspect(audit, item)).length > 0
    const isWordless = /^R#\d/.test(pk) && (await inspectRequest(audit, item)).length > 0
    if (isStray) await db.send(new DeleteItemCommand({ TableName: main, Key: keyOf(item) }))
    if (isWordless) {
      const UpdateExpression = 'REMOVE said'
      await db.send(new UpdateItemCommand({ TableName: main, Key: keyOf(item), UpdateExpression }))
    }
    if (isStray || isWordless) dropped += 1
  }
  for await (const item of scanTable(db, keys)) {
    if (String(item.pk).startsWith('C#') || (await inspectKey(audit, item)).length === 0) continue
    await db.send(new DeleteItemCommand({ TableName: keys, Key: toItem({ pk: String(item.pk) }) }))
    dropped += 1
  }
  return dropped
}

const keyOf = ({ pk, sk }: Stored) => toItem({ pk: String(pk), sk: String(sk) })
