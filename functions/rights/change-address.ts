import { addressKeys } from '../contact/address.ts'
import { addressChangeUsed, findAddressChange } from '../contact/address-change.ts'
import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { pendingLetterPuts } from '../contact/pending-letter.ts'
import { readRequest } from '../contact/request-record.ts'
import { signUpDeletes, signUpMarkPrefix } from '../contact/sign-up-record.ts'
import { readAddress } from '../contact/suppression.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { orderedId } from '../platform/id.ts'
import type { Send } from '../platform/queue.ts'
import { readPartition, transact } from '../platform/table.ts'
import { stepWrites } from './register.ts'
import { stepped } from './request-steps.ts'

export type AddressChanged =
  | { kind: 'changed' }
  | { kind: 'changed-before' }
  /** Over; or the address has a contact of its own, and contacts never merge. One answer for both. */
  | { kind: 'not-possible' }

/**
 * The new mailbox has pressed the button. In one transaction the contact gets the address and a new
 * generation, so that no session or link of the old one opens anything; the stricter of both sides'
 * refusals hold; the old address is let go, and is told (design §4).
 */
export async function changeAddress(
  store: ContactStore,
  changeId: string,
  { letters, now }: { letters: Send<LetterMessage>; now: Date },
): Promise<AddressChanged> {
  const { tables, policy } = store
  const found = await findAddressChange(store, changeId, now)
  if (found.kind === 'used') return { kind: 'changed-before' }
  if (found.kind === 'none') return { kind: 'not-possible' }
  const { contactId, addressKey } = found.contact
  const { email, requestId } = found.change
  const keys = addressKeys(email, await store.keys('address'))
  if ((await readAddress(tables, keys)).contactId !== undefined) return { kind: 'not-possible' }
  await dropSignUps(store, addressKey)
  const outcome = await change(store, contactId, async (contact) => {
    const [again, moveTo, request] = await Promise.all([
      findAddressChange(store, changeId, now),
      readAddress(tables, keys),
      readRequest(tables, requestId, now),
    ])
    const answered = request && stepped(request, 'complete', { at: now, outcome: 'carried-out' })
    const isOver = contact.erasing !== undefined || again.kind !== 'pending'
    if (isOver || moveTo.contactId !== undefined) return undefined
    const letter = {
      letterId: requestId,
      email: contact.identity.email,
      language: contact.language,
    }
    return {
      at: now,
      identity: { ...contact.identity, email },
      moveTo,
      entries: [
        {
          kind: 'rectify',
          at: now,
          ledgerId: orderedId(now),
          noticeVersion: policy.notice.version,
          changes: [],
          evidence: { actor: 'person', method: 'confirm-page', asked: ['email'], requestId },
        },
      ],
      also: [
        ...addressChangeUsed(tables, contactId, changeId),
        ...(await pendingLetterPuts(store, letter, now)),
        ...(request && answered
          ? stepWrites(store, 'complete', { before: request, after: answered })
          : []),
      ],
    }
  })
  if (outcome.kind !== 'changed') return { kind: 'not-possible' }
  await letters({ kind: 'address-changed', letterId: requestId })
  return { kind: 'changed' }
}

/**
 * Forms that the old mailbox has not confirmed end with it, and of those it has, nothing stays: an
 * erasure looks for them under the contact's address alone (RIGHT-11).
 */
async function dropSignUps({ tables }: ContactStore, addressKey: string): Promise<void> {
  for await (const { sk } of readPartition(tables.db, tables.main, addressKey, signUpMarkPrefix)) {
    const signUpId = String(sk).slice(signUpMarkPrefix.length)
    await transact(tables.db, signUpDeletes(tables, { signUpId, addressKey }))
  }
}
