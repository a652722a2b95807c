import { messagesOf } from '../campaign/person-messages.ts'
import { change } from '../contact/change.ts'
import { contactItemKey, type OpenContact } from '../contact/contact.ts'
import { type ContactStore, readOpenContact } from '../contact/contacts.ts'
import { readPendingLetter } from '../contact/pending-letter.ts'
import { type RightsRequest, requestMarkKey } from '../contact/request-record.ts'
import { signUpDeletes, signUpItemKey, signUpMarkPrefix } from '../contact/sign-up-record.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { Send } from '../platform/queue.ts'
import type { SignedFiles } from '../platform/signed-files.ts'
import { readPartition, readTogether, type Tables, toItem, transact } from '../platform/table.ts'
import { forgetMessage } from '../tracking/forget-message.ts'
import { forgetDay } from '../tracking/last-open.ts'
import { deleteCopies } from './copy-files.ts'
import { dropAddressChange } from './drop-address-change.ts'
import { enter } from './enter.ts'
import { deletePerson } from './erase-person.ts'
import { forgetRequests } from './forget-requests.ts'
import { refuseEverything } from './refuse-everything.ts'
import type { RequestMessage } from './request-message.ts'
import { runningErasure } from './running-erasure.ts'

/** Erasure (RIGHT-11) in the order of design §4; every step can be repeated, none can be skipped. */

/**
 * Step one, while the person waits: the address is suppressed, every membership is gone, the contact
 * is marked. From this moment nothing is sent, recorded or exported.
 * @returns the request; the one already running when there is one.
 */
export async function beginErasure(
  store: ContactStore,
  contactId: string,
  {
    requests,
    now,
    registered,
  }: {
    requests: Send<RequestMessage>
    now: Date
    registered?: RightsRequest | undefined
  },
): Promise<RightsRequest | undefined> {
  const wanted = { kind: 'erasure', status: 'in-progress', contactId, now, registered } as const
  const entered = enter(store, wanted)
  if (entered === undefined) return undefined
  const { request, writes } = entered
  const outcome = await change(store, contactId, (contact) =>
    // Who was being forgotten anyway has asked now: they are answered, and their no is kept.
    contact.erasing && !contact.lapsed
      ? undefined
      : {
          ...refuseEverything(store, { kind: 'erasure', request, writes, now }),
          erasing: true,
        },
  )
  if (outcome.kind === 'no-contact') return undefined
  const running =
    outcome.kind === 'changed' ? request : await runningErasure(store.tables, contactId, now)
  if (running !== undefined) await requests({ kind: 'erasure', contactId, requestId: running.id })
  return running
}

/** What is carried out: what a person asked for, or what their silence ended (SUPP-07). */
type Erasure = { contactId: string; requestId?: string }

/**
 * Steps two and three: what hangs on the contact, then key, contact and the address's tie to it in
 * one transaction, which also leaves the notice of erasure behind (RIGHT-12). Delivered again after
 * any step, it goes on from there.
 */
export async function fulfilErasure(
  store: ContactStore,
  { contactId, requestId }: Erasure,
  { letters, files, now }: { letters: Send<LetterMessage>; files: SignedFiles; now: Date },
): Promise<void> {
  const contact = await readOpenContact(store, contactId)
  // They have asked meanwhile: that erasure goes on, and this one need not.
  if (requestId === undefined && contact !== undefined && !contact.lapsed) return
  if (contact !== undefined) {
    if (!contact.erasing) throw new Error('an erasure was asked to go on that never began')
    await deleteSignUps(store, contact)
    await deleteMessages(store, contactId, now)
    await deleteCopies(files, contactId)
    await dropAddressChange(store, contact, now)
    await forgetRequests(store, contactId, { but: requestId, now })
    await deleteThings(store, contact, requestId)
    await deletePerson(store, contact, { requestId, now })
  }
  if (requestId === undefined) return
  const letter = await readPendingLetter(store, requestId, now)
  if (letter !== undefined) await letters({ kind: 'erased', letterId: requestId })
}

/** Step two: every item under the contact but the contact itself, and the mark of its erasure. */
async function deleteThings(
  { tables }: ContactStore,
  { contactId }: OpenContact,
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
async function deleteMessages(
  { tables }: ContactStore,
  contactId: string,
  now: Date,
): Promise<void> {
  for await (const message of messagesOf(tables, contactId, now)) {
    await forgetMessage(tables, message)
  }
  await forgetDay(tables, contactId)
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
async function deleteSignUps(
  { tables }: ContactStore,
  { addressKey, erasing = '' }: OpenContact,
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
