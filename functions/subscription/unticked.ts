import { isCoolingDown } from '../consent/may-ask.ts'
import { addressKeys } from '../contact/address.ts'
import { type ContactStore, readContact } from '../contact/contacts.ts'
import type { OpenSignUp } from '../contact/sign-up-record.ts'
import { readAddress } from '../contact/suppression.ts'
import { hasPrivacySignal } from '../platform/global-privacy-control.ts'

/** Why a purpose that the form asked for starts without its tick on the confirmation page. */
export type Unticked = Readonly<Record<string, 'refused' | 'privacy-signal'>>

/** What makes a profile or reaches others; calls are neither (policy: `no_sharing_no_profiling`). */
const profiling = ['open-tracking', 'click-tracking', 'profiling', 'web-tracking']

/**
 * Anyone can fill in a form for this address. What its owner said no to lately (CONS-10), and what the
 * browser that opens the link asks not to happen (GPC-03), is therefore not ticked for them; ticking it
 * is their own, explicit act. A form sent with the signal was that act already.
 */
export async function untickedOf(
  store: ContactStore,
  { identity, purposes, privacySignal }: OpenSignUp,
  { headers, now }: { headers: Readonly<Record<string, string | undefined>>; now: Date },
): Promise<Unticked> {
  if (purposes.length === 0) return {}
  const { contactId } = await readAddress(
    store.tables,
    addressKeys(identity.email, await store.keys('address')),
  )
  const contact = contactId === undefined ? undefined : await readContact(store.tables, contactId)
  const signalled = hasPrivacySignal(headers) && !privacySignal
  return Object.fromEntries(
    purposes.flatMap((id): [string, Unticked[string]][] => {
      if (isCoolingDown(store.policy, contact?.choices[id], now)) return [[id, 'refused']]
      return signalled && profiling.includes(id) ? [[id, 'privacy-signal']] : []
    }),
  )
}
