import { isOff } from '../../functions/consent/choices.ts'
import { contactItemKey, parseContact } from '../../functions/contact/contact.ts'
import { engagementKey, parseEngagement } from '../../functions/engagement/engagement.ts'
import type { Inspect } from './inspect.ts'
import { findingsOf } from './invariants.ts'
import { parsed } from './parsed.ts'

/** The sweep comes every night; whatever a no of the day before yesterday has left, it has left for good. */
const nightMs = 48 * 3_600_000

/** Invariant 9: what somebody followed is kept only of those who have said yes to both, and until the night after a no. */
export const inspectEngagement: Inspect = async ({ store: { tables }, reader, now }, item) => {
  const engagement = parsed(() => parseEngagement(item))
  if (engagement === undefined) {
    return findingsOf(9, String(item.pk), { 'unreadable engagement': true })
  }
  const { contactId, campaignId, link } = engagement
  const id = `C#${contactId} ${campaignId} ${link}`
  const [found] = await reader.items([{ table: tables.main, key: contactItemKey(contactId) }])
  const contact = found && parsed(() => parseContact(found))
  if (contact === undefined) return findingsOf(9, id, { 'engagement of no contact': true })
  const choices = ['profiling', 'click-tracking'].map((purpose) => contact.choices[purpose])
  return findingsOf(9, id, {
    'engagement in another shard': engagementKey(engagement).pk !== item.pk,
    'engagement without a yes': choices.includes(undefined),
    'engagement long after a no': choices.some(
      (choice) =>
        choice !== undefined &&
        isOff(choice.state) &&
        Date.parse(choice.at) + nightMs < now.getTime(),
    ),
  })
}
