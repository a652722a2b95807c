import { change } from '../contact/change.ts'
import { type ContactStore, readOpenContact } from '../contact/contacts.ts'
import { readPendingLetter } from '../contact/pending-letter.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { Send } from '../platform/queue.ts'
import type { SignedFiles } from '../platform/signed-files.ts'
import { deleteCopies } from './copy-files.ts'
import { dropAddressChange } from './drop-address-change.ts'
import { enter } from './enter.ts'
import { deletePerson } from './erase-person.ts'
import { deleteMessages, deleteSignUps, deleteThings } from './erase-things.ts'
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
    await deleteThings(store, contactId, requestId)
    await deletePerson(store, contact, { requestId, now })
  }
  if (requestId === undefined) return
  const letter = await readPendingLetter(store, requestId, now)
  if (letter !== undefined) await letters({ kind: 'erased', letterId: requestId })
}
