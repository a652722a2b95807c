import { lastSaidAt } from '../consent/choices.ts'
import type { Policy } from '../consent/policy.ts'
import type { Contact } from '../contact/contact.ts'

/**
 * When the person was last heard of: by their own acts alone, never by a mail of ours or an open
 * (SUPP-07). Of somebody who never acted, such as an imported one, by what was last entered of them.
 */
function lastHeardOf({ actedAt, choices }: Contact): Date | undefined {
  if (actedAt !== undefined) return new Date(actedAt)
  const times = Object.values(choices).map((choice) => lastSaidAt(choice).getTime())
  return times.length === 0 ? undefined : new Date(Math.max(...times))
}

/** Nothing was heard of them for `retention.inactiveContact`; one who is restricted is left alone (RIGHT-10). */
export function isInactive(policy: Policy, contact: Contact, now: Date): boolean {
  if (contact.restricted || contact.erasing !== undefined) return false
  const heard = lastHeardOf(contact)
  const limit = now.getTime() - policy.retention.inactiveContact * 86_400_000
  return heard !== undefined && heard.getTime() <= limit
}
