import type { Change } from '../consent/choices.ts'
import type { LedgerEntry } from '../consent/ledger.ts'
import { directMarketing, offeredPurposes, offeredTopics } from '../consent/policy.ts'
import { addressKeys } from '../contact/address.ts'
import { change } from '../contact/change.ts'
import { liftElsewhere } from '../contact/claim.ts'
import type { Contact } from '../contact/contact.ts'
import { type ContactStore, readContact } from '../contact/contacts.ts'
import { createContact } from '../contact/create.ts'
import type { Plan } from '../contact/plan.ts'
import {
  type OpenSignUp,
  readConfirmedSignUp,
  readSignUp,
  signUpConfirmed,
} from '../contact/sign-up-record.ts'
import { type AddressRecord, lastRefusal, readAddress } from '../contact/suppression.ts'
import { type DataKey, type Identity, sealIdentity } from '../contact/vault.ts'
import { orderedId } from '../platform/id.ts'
import { objectedSince, objects } from './objections.ts'

export type Confirmed = {
  kind: 'confirmed'
  topics: string[]
  purposes: string[]
  contactId?: string
  ledgerId: string
}
export type ConfirmOutcome =
  | Confirmed
  | { kind: 'already-confirmed'; repeat?: Confirmed }
  | { kind: 'expired' }
  /** After the form was sent, the person said no to what it asked; the later word holds (CONS-16). */
  | { kind: 'overtaken' }
  /** They asked anew while their erasure was still being carried out: once it is done, it counts. */
  | { kind: 'being-erased' }

/** What was left ticked on the page; a press that says nothing of ticks means all that was asked. */
export type Kept = readonly string[] | 'everything'

const attempts = 4

/**
 * Second half of double opt-in (CONS-03): only the button's POST gets here, never the link's GET.
 * Creates or changes the contact, writes both steps into the ledger, and lifts a refusal only when it
 * is older than the sign-up (CONS-16).
 */
export async function confirm(
  store: ContactStore,
  {
    signUpId,
    keep,
    now,
    privacySignal,
  }: { signUpId: string; keep: Kept; now: Date; privacySignal?: boolean },
): Promise<ConfirmOutcome> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const signUp = await readSignUp(store, signUpId, now)
    if (signUp === undefined) return pressedBefore(store, signUpId, now)
    const address = await readAddress(
      store.tables,
      addressKeys(signUp.identity.email, await store.keys('address')),
    )
    const refusal = lastRefusal(address)
    if (refusal !== undefined && refusal >= new Date(signUp.requestedAt)) {
      return { kind: 'overtaken' }
    }
    const press: Press = { signUp, address, now, ledgerId: orderedId(now), keep, privacySignal }
    const outcome =
      address.contactId === undefined
        ? await confirmNew(store, press)
        : await confirmKnown(store, press, address.contactId)
    if (outcome !== undefined) return outcome
  }
  throw new Error('a sign-up kept changing while it was being confirmed')
}

type Press = {
  signUp: OpenSignUp
  address: AddressRecord
  now: Date
  ledgerId: string
  keep: Kept
  privacySignal?: boolean | undefined
}

async function confirmNew(store: ContactStore, press: Press): Promise<ConfirmOutcome | undefined> {
  const { signUp, address } = press
  const changes = wanted(store, press)
  if (changes.length === 0) return outcomeOf(store, press, undefined)
  const created = await createContact(store, {
    address,
    language: signUp.language,
    plan: (contactId, key) => {
      const plan = planOf(store, press, changes, { contactId, key })
      const entries = [...carriedOver(address, signUp.noticeVersion), ...plan.entries]
      return { ...plan, entries, identity: signUp.identity }
    },
  })
  return created.kind === 'created' ? outcomeOf(store, press, created.contact) : undefined
}

async function confirmKnown(
  store: ContactStore,
  press: Press,
  contactId: string,
): Promise<ConfirmOutcome | undefined> {
  const { signUp } = press
  const objected = await objectedSince(store, contactId, new Date(signUp.requestedAt))
  let refusedSince = false
  let erasing = false
  const changed = await change(store, contactId, (contact) => {
    const changes = wanted(store, press).filter(
      ({ purpose }) =>
        !objected.has(purpose) && !objects(contact, purpose, new Date(signUp.requestedAt)),
    )
    refusedSince = changes.length === 0
    erasing = contact.erasing !== undefined
    if (refusedSince || erasing) return undefined
    const { also = [], ...plan } = planOf(store, press, changes, contact)
    return {
      ...plan,
      identity: { ...contact.identity, ...signUp.identity },
      also: [...also, ...liftElsewhere(store.tables, press.address)],
    }
  })
  if (changed.kind === 'changed') return outcomeOf(store, press, changed.contact)
  if (changed.kind === 'no-contact') return undefined
  if (erasing) return { kind: 'being-erased' }
  return refusedSince && press.keep.length > 0
    ? { kind: 'overtaken' }
    : outcomeOf(store, press, undefined)
}

/** What was asked, is still ticked, and is still offered. */
function wanted({ policy }: ContactStore, { signUp, keep }: Press): Change[] {
  const offered = new Set([...offeredTopics(policy), ...offeredPurposes(policy)])
  return [...signUp.topics, ...signUp.purposes]
    .filter((purpose) => (keep === 'everything' || keep.includes(purpose)) && offered.has(purpose))
    .map((purpose) => ({ purpose, state: 'given', basis: 'consent' }))
}

function planOf(
  store: ContactStore,
  { signUp, now, ledgerId, privacySignal }: Press,
  changes: Change[],
  { contactId, key }: { contactId: string; key: DataKey },
): Plan {
  const requestedAt = new Date(signUp.requestedAt)
  const { signUpId, language, form, noticeVersion, noticeSha256, topics, purposes } = signUp
  const shown = { actor: 'person', language, form, noticeSha256, signUpId } as const
  const sealed = sealIdentity(key, 'ledger', evidenceIdentity(signUp.identity))
  const requested: LedgerEntry = {
    kind: 'sign-up-requested',
    at: requestedAt,
    ledgerId: orderedId(requestedAt),
    noticeVersion,
    changes: [],
    evidence: {
      ...shown,
      method: 'form',
      asked: [...topics, ...purposes],
      ...(signUp.privacySignal ? { privacySignal: true } : {}),
    },
    sealed,
  }
  const confirmed: LedgerEntry = {
    kind: 'confirm',
    at: now,
    ledgerId,
    noticeVersion,
    changes,
    evidence: {
      ...shown,
      method: 'confirm-page',
      requestedAt: signUp.requestedAt,
      confirmedAt: now.toISOString(),
      ...(signUp.mailedAt === undefined ? {} : { mailedAt: signUp.mailedAt }),
      ...(privacySignal ? { privacySignal } : {}),
    },
    sealed,
  }
  return {
    at: now,
    entries: [requested, confirmed],
    liftSuppressions: true,
    also: signUpConfirmed(store.tables, { signUpId, contactId, at: now }),
  }
}

const evidenceIdentity = ({ email, name }: Identity): Identity =>
  name === undefined ? { email } : { email, name }

/**
 * Whoever refused everything before and now asks for one thing has asked for that one thing: the
 * refusal goes on as a choice, so that no import can enlarge it (CONS-15, CONS-16).
 */
function carriedOver(address: AddressRecord, noticeVersion: number): LedgerEntry[] {
  const refusal = lastRefusal(address)
  if (refusal === undefined) return []
  return [
    {
      kind: 'object',
      at: refusal,
      ledgerId: orderedId(refusal),
      noticeVersion,
      changes: [{ purpose: directMarketing, state: 'objected' }],
      evidence: { actor: 'person', method: 'carried-over' },
    },
  ]
}

function outcomeOf(
  { policy }: ContactStore,
  { ledgerId }: Press,
  contact: Contact | undefined,
): Confirmed {
  const on = Object.entries(contact?.choices ?? {})
    .filter(([, choice]) => choice.ledgerId === ledgerId)
    .map(([purpose]) => purpose)
  const of = (ids: object): string[] => on.filter((purpose) => Object.hasOwn(ids, purpose))
  return {
    kind: 'confirmed',
    topics: of(policy.topics),
    purposes: of(policy.purposes),
    ...(contact === undefined ? {} : { contactId: contact.contactId }),
    ledgerId,
  }
}

/** Pressed again: nothing changes, but a welcome that was lost on its way is offered once more. */
async function pressedBefore(
  store: ContactStore,
  signUpId: string,
  now: Date,
): Promise<ConfirmOutcome> {
  const signUp = await readConfirmedSignUp(store.tables, signUpId, now)
  if (signUp === undefined) return { kind: 'expired' }
  const kind = 'already-confirmed'
  const contact = await readContact(store.tables, signUp.contactId)
  const topics = signUp.topics.filter((topic) => contact?.choices[topic]?.at === signUp.confirmedAt)
  const ledgerId = contact?.choices[topics[0] ?? '']?.ledgerId
  if (contact === undefined || ledgerId === undefined) return { kind }
  const { contactId } = contact
  return { kind, repeat: { kind: 'confirmed', topics, purposes: [], contactId, ledgerId } }
}
