import type { Choice, State } from '../consent/choices.ts'
import { decide, hasStoppedAll, kindOf, type Standing } from '../consent/decide.ts'
import { isAskedAnew } from '../consent/may-ask.ts'
import { type Policy, purposeIds } from '../consent/policy.ts'
import { maskAddress } from '../contact/address.ts'
import { type OpenContact, standingOf } from '../contact/contact.ts'
import type { AddressRecord } from '../contact/suppression.ts'
import type { Identity } from '../contact/vault.ts'
import type { KnownInterests } from './known-interests.ts'

/** One topic or purpose as its reader may see it; through a newsletter link purposes stay closed. */
export type ShownChoice = {
  id: string
  kind: 'topic' | 'purpose'
  on?: boolean
  state?: State
  since?: string
  until?: string
  basis?: Choice['basis'] | string
  /** What they agreed to has changed since: the page asks anew (CONS-08). */
  ask?: true
  /** The ledger entry that a receipt can be had of (REC-02). */
  receipt?: string
}
export type Preferences = {
  via: 'session' | 'unsubscribe'
  address: string
  language: string
  choices: ShownChoice[]
  marketing: 'on' | 'stopped'
  erasing: boolean
  /** Everything is kept and nothing used, whatever the choices say (RIGHT-10). */
  restricted?: true
  /** What the person has told of themselves, to be looked at and put right (RIGHT-09). */
  details?: Omit<Identity, 'email'>
  /** What we take to interest them, where we may and do (TRACK-13). */
  interests?: KnownInterests
  /** This very request carried Global Privacy Control (GPC-01). */
  privacySignal?: true
}

/** Everything, for someone whose mailbox we have just heard from (UX-07). */
export function fullView(
  policy: Policy,
  { contact, address, now }: { contact: OpenContact; address: AddressRecord; now: Date },
): Preferences {
  const standing = standingOf(contact, address)
  const { email, ...details } = contact.identity
  return {
    via: 'session',
    address: email,
    language: contact.language,
    choices: purposeIds(policy).map((id) => ({
      id,
      kind: kindOf(policy, id),
      on: decide(policy, standing, id, now).may,
      ...stateOf(contact.choices[id]),
      ...(isAskedAnew(policy, { standing, purpose: id, now }) ? { ask: true } : {}),
    })),
    marketing: hasStoppedAll(policy, standing, now) ? 'stopped' : 'on',
    erasing: contact.erasing !== undefined,
    ...(contact.restricted ? { restricted: true } : {}),
    details,
  }
}

function stateOf(choice: Choice | undefined): Partial<ShownChoice> {
  if (choice === undefined) return { state: 'unknown' }
  const { state, at, until, basis, ledgerId } = choice
  return {
    state,
    since: at,
    receipt: ledgerId,
    ...(until === undefined ? {} : { until }),
    ...(basis === undefined ? {} : { basis }),
  }
}

/** On, or resting: whoever pauses a topic can still stop it from any mail. */
function isComing(policy: Policy, standing: Standing, id: string, now: Date): boolean {
  const decision = decide(policy, standing, id, now)
  return decision.may || decision.because === 'paused'
}

/** The little that a forwarded newsletter may show (RIGHT-05): masked address, topics on or off. */
export function linkView(
  policy: Policy,
  { contact, now }: { contact: OpenContact; now: Date },
): Preferences {
  const { contactId, choices, restricted } = contact
  const erasing = contact.erasing !== undefined
  const standing: Standing = { contactId, choices, restricted, erasing, suppressed: [] }
  return {
    via: 'unsubscribe',
    address: maskAddress(contact.identity.email),
    language: contact.language,
    choices: purposeIds(policy).map((id) => {
      const kind = kindOf(policy, id)
      return kind === 'topic' ? { id, kind, on: isComing(policy, standing, id, now) } : { id, kind }
    }),
    marketing: hasStoppedAll(policy, standing, now) ? 'stopped' : 'on',
    erasing,
  }
}
