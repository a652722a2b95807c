import { messagesOf } from '../campaign/person-messages.ts'
import { type Contact, contactItemKey } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { requestMarkKey } from '../contact/request-record.ts'
import { signUpDeletes, signUpItemKey, signUpMarkPrefix } from '../contact/sign-up-record.ts'
import { forgetEngagements } from '../engagement/ended-engagement.ts'
import { checkDelete } from '../engagement/register-check.ts'
import { readPartition, readTogether, type Tables, toItem, transact } from '../platform/table.ts'
import { forgetMessage } from '../tracking/forget-message.ts'
import { forgetDay } from '../tracking/last-open.ts'

// What hangs on a person who is erased. None of it opens a seal: it can be done when the key is gone.

/** Step two: every item under the contact but the contact itself, and the mark of its erasure. */
export async function deleteThings(
  { tables }: Pick<ContactStore, 'tables'>,
  contactId: string,
  requestId: string | undefined,
): Promise<void> {
  const { pk, sk: contactSk } = contactItemKey(contactId)
  const kept = [
    contactSk,
    ...(requestId === undefined ? [] : [requestMarkKey(contactId, requestId).sk]),
  ]
  const gone: Key[] = []
  for await (const { sk } of readPartition(tables.db, tables.main, pk)) {
    if (typeof sk === 'string' && !kept.includes(sk)) gone.push({ pk, sk })
  }
  await deleteTogether(tables, gone)
}

/** What was sent to the person, with all that is known of it; a campaign's figures name nobody. */
export async function deleteMessages(
  { tables }: Pick<ContactStore, 'tables'>,
  contactId: string,
  now: Date,
): Promise<void> {
  for await (const message of messagesOf(tables, contactId, now)) {
    await forgetMessage(tables, message)
  }
  await forgetDay(tables, contactId, [checkDelete(tables, contactId)])
  await forgetEngagements(tables, contactId)
}

type Key = { pk: string; sk: string }

/** A hundred to a call; what is gone already stays gone. */
async function deleteTogether(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  keys: readonly Key[],
): Promise<void> {
  for (let from = 0; from < keys.length; from += 100) {
    const deletes = keys
      .slice(from, from + 100)
      .map((key) => ({ Delete: { TableName: main, Key: toItem(key) } }))
    await transact(db, deletes)
  }
}

/**
 * Forms sent before the erasure, confirmed or not, are gone with the person. One sent since is the
 * beginning of something new, which only its own confirmation decides.
 */
export async function deleteSignUps(
  { tables }: Pick<ContactStore, 'tables'>,
  { addressKey, erasing = '' }: Pick<Contact, 'addressKey' | 'erasing'>,
): Promise<void> {
  for await (const { sk } of readPartition(tables.db, tables.main, addressKey, signUpMarkPrefix)) {
    const signUpId = String(sk).slice(signUpMarkPrefix.length)
    const [item] = await readTogether(tables.db, [
      { table: tables.main, key: signUpItemKey(signUpId) },
    ])
    if (item !== undefined && String(item.requestedAt) > erasing) continue
    await transact(tables.db, signUpDeletes(tables, { signUpId, addressKey }))
  }
}
