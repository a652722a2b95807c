import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { LedgerEntry } from '../consent/ledger.ts'
import { type Address, addressKeys } from '../contact/address.ts'
import {
  type AddressChange,
  addressChangePuts,
  addressMarkDelete,
  readAddressChange,
} from '../contact/address-change.ts'
import { change } from '../contact/change.ts'
import type { OpenContact } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { type RightsRequest, readRequest } from '../contact/request-record.ts'
import { filedUnder } from '../contact/suppression.ts'
import type { Identity } from '../contact/vault.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { orderedId, randomId } from '../platform/id.ts'
import type { Send } from '../platform/queue.ts'
import { enter } from './enter.ts'
import { stepWrites } from './register.ts'
import { stepped } from './request-steps.ts'

/** What is to be right from now on; an empty text takes a detail away. */
export type Corrections = {
  details: Readonly<Partial<Record<'name' | 'company' | 'title' | 'phone', string>>>
  language?: string | undefined
  email?: Address | undefined
}

/**
 * Rectification (RIGHT-09): details and language hold at once, everywhere and for whoever was given
 * them; the history notes which, never what. A new address is only asked for: it is confirmed in its
 * own mailbox first. Nothing is looked up about it, so the answer cannot tell whether it is known
 * (SEC-08).
 */
export async function rectify(
  store: ContactStore,
  contactId: string,
  {
    corrections,
    letters,
    now,
    registered,
  }: {
    corrections: Corrections
    letters: Send<LetterMessage>
    now: Date
    registered?: RightsRequest | undefined
  },
): Promise<RightsRequest | undefined> {
  const { email } = corrections
  const asks = email === undefined ? {} : { detail: 'address' as const }
  const status = email === undefined ? 'done' : 'in-progress'
  const wanted = { kind: 'rectification', ...asks, status, contactId, now } as const
  const entered = enter(store, { ...wanted, registered })
  if (entered === undefined) return undefined
  const { request, writes } = entered
  const wish = email && (await changeTo(store, email, request.id))
  const outcome = await change(store, contactId, async (contact) => {
    if (contact.erasing) return undefined
    const entry = correctionEntry(store, corrections, { request, now })
    const { language = contact.language } = corrections
    return {
      at: now,
      entries: entry === undefined ? [] : [entry],
      identity: corrected(contact.identity, corrections.details),
      ...(language === contact.language ? {} : { language }),
      also: [...writes, ...(wish ? await asking(store, contact, { wish, now }) : [])],
    }
  })
  if (outcome.kind !== 'changed') return undefined
  if (wish) await letters({ kind: 'address-change', changeId: wish.changeId })
  return request
}

function corrected(identity: Identity, details: Corrections['details']): Identity {
  const { email, ...known } = identity
  const kept = Object.entries({ ...known, ...details }).filter(([, value]) => value !== '')
  return { ...Object.fromEntries(kept), email }
}

function correctionEntry(
  { policy }: ContactStore,
  { details, language }: Corrections,
  { request, now }: { request: RightsRequest; now: Date },
): LedgerEntry | undefined {
  const asked = [...Object.keys(details), ...(language === undefined ? [] : ['language'])]
  if (asked.length === 0) return undefined
  return {
    kind: 'rectify',
    at: now,
    ledgerId: orderedId(now),
    noticeVersion: policy.notice.version,
    changes: [],
    evidence: { actor: 'person', method: 'preference-page', asked, requestId: request.id },
  }
}

async function changeTo(
  { tables, keys }: ContactStore,
  email: Address,
  requestId: string,
): Promise<AddressChange> {
  const addressKey = await filedUnder(tables, addressKeys(email, await keys('address')))
  return { changeId: randomId(), email, addressKey, requestId }
}

/** One wish at a time: an earlier one is over, its link and its request with it. */
async function asking(
  store: ContactStore,
  contact: OpenContact,
  { wish, now }: { wish: AddressChange; now: Date },
): Promise<TransactWriteItem[]> {
  const { tables } = store
  const earlier = await readAddressChange(tables, contact, now)
  const before = earlier && (await readRequest(tables, earlier.requestId, now))
  const after = before && stepped(before, 'end', { at: now, outcome: 'lapsed' })
  return [
    ...addressChangePuts(tables, contact, { change: wish, at: now }),
    ...(earlier === undefined ? [] : [addressMarkDelete(tables, earlier.changeId)]),
    ...(before && after ? stepWrites(store, 'end', { before, after }) : []),
  ]
}
