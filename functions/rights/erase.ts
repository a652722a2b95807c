import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { ledgerPut } from '../consent/ledger.ts'
import { change } from '../contact/change.ts'
import { contactItemKey, contactKeyOwner, type OpenContact } from '../contact/contact.ts'
import { type ContactStore, readContact, readOpenContact } from '../contact/contacts.ts'
import { pendingLetterPuts, readPendingLetter } from '../contact/pending-letter.ts'
import { type RightsRequest, readOwnRequests, requestMarkKey } from '../contact/request-record.ts'
import { signUpDeletes, signUpItemKey, signUpMarkPrefix } from '../contact/sign-up-record.ts'
import { addressItemKey } from '../contact/suppression.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { orderedId } from '../platform/id.ts'
import type { Send } from '../platform/queue.ts'
import type { SignedFiles } from '../platform/signed-files.ts'
import { readPartition, readTogether, toItem, transact } from '../platform/table.ts'
import { deleteCopies } from './copy-files.ts'
import { dropAddressChange } from './drop-address-change.ts'
import { enter } from './enter.ts'
import { erasedWrites, forgetRequests } from './forget-requests.ts'
import { refuseEverything } from './refuse-everything.ts'
import type { RequestMessage } from './request-message.ts'

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
    contact.erasing
      ? undefined
      : {
          ...refuseEverything(store, { kind: 'erasure', requestId: request.id, writes, now }),
          erasing: true,
        },
  )
  if (outcome.kind === 'no-contact') return undefined
  const running = outcome.kind === 'changed' ? request : await runningErasure(store, contactId, now)
  if (running !== undefined) await requests({ kind: 'erasure', contactId, requestId: running.id })
  return running
}

/** The request that erases this person at the moment. */
async function runningErasure(
  { tables }: ContactStore,
  contactId: string,
  now: Date,
): Promise<RightsRequest | undefined> {
  const requests = await readOwnRequests(tables, contactId, now)
  return requests.find(({ kind, status }) => kind === 'erasure' && status === 'in-progress')
}

/**
 * Steps two and three: what hangs on the contact, then key, contact and the address's tie to it in
 * one transaction, which also leaves the notice of erasure behind (RIGHT-12). Delivered again after
 * any step, it goes on from there.
 */
export async function fulfilErasure(
  store: ContactStore,
  { contactId, requestId }: { contactId: string; requestId: string },
  { letters, files, now }: { letters: Send<LetterMessage>; files: SignedFiles; now: Date },
): Promise<void> {
  const contact = await readOpenContact(store, contactId)
  if (contact !== undefined) {
    if (!contact.erasing) throw new Error('an erasure was asked to go on that never began')
    await deleteSignUps(store, contact)
    await deleteCopies(files, contactId)
    await dropAddressChange(store, contact, now)
    await forgetRequests(store, contactId, { but: requestId, now })
    await deleteThings(store, contact, requestId)
    await deletePerson(store, contact, { requestId, now })
  }
  const letter = await readPendingLetter(store, requestId, now)
  if (letter !== undefined) await letters({ kind: 'erased', letterId: requestId })
}

/** Step two: every item under the contact but the contact itself, and the mark of its erasure. */
async function deleteThings(
  { tables }: ContactStore,
  { contactId }: OpenContact,
  requestId: string,
): Promise<void> {
  const { pk, sk: contactSk } = contactItemKey(contactId)
  const kept = [contactSk, requestMarkKey(contactId, requestId).sk]
  for await (const { sk } of readPartition(tables.db, tables.main, pk)) {
    if (typeof sk !== 'string' || kept.includes(sk)) continue
    await tables.db.send(new DeleteItemCommand({ TableName: tables.main, Key: toItem({ pk, sk }) }))
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

async function deletePerson(
  store: ContactStore,
  { contactId, addressKey, identity, language }: OpenContact,
  { requestId, now }: { requestId: string; now: Date },
): Promise<void> {
  const { tables, policy } = store
  const letter = { letterId: requestId, email: identity.email, language }
  const outcome = await transact(tables.db, [
    { Delete: { TableName: tables.keys, Key: toItem({ pk: contactKeyOwner(contactId) }) } },
    {
      Delete: {
        TableName: tables.main,
        Key: toItem(contactItemKey(contactId)),
        ConditionExpression: 'attribute_exists(erasing)',
      },
    },
    {
      Update: {
        TableName: tables.main,
        Key: toItem(addressItemKey(addressKey)),
        UpdateExpression: 'REMOVE contactId',
        ConditionExpression: 'contactId = :contact',
        ExpressionAttributeValues: toItem({ ':contact': contactId }),
      },
    },
    ledgerPut(tables, policy, contactId, {
      kind: 'erased',
      at: now,
      ledgerId: orderedId(now),
      noticeVersion: policy.notice.version,
      changes: [],
      evidence: { actor: 'system', method: 'preference-page', requestId },
    }),
    ...(await pendingLetterPuts(store, letter, now)),
    ...(await erasedWrites(store, { contactId, requestId }, now)),
  ])
  if (outcome.kind === 'refused' && (await readContact(tables, contactId)) !== undefined) {
    throw new Error('an erasure could not take its last step')
  }
}
