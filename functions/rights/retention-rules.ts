import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Policy } from '../consent/policy.ts'
import type { Contact } from '../contact/contact.ts'
import { endSuppressions, overdueKinds } from '../contact/end-suppressions.ts'
import { lapse } from '../contact/lapse.ts'
import { letterWrittenAt } from '../contact/pending-letter.ts'
import { readOwnRequests } from '../contact/request-record.ts'
import type { StandingFor } from '../contact/standings.ts'
import { type AddressRecord, readAddress } from '../contact/suppression.ts'
import type { UnsealedStore } from '../contact/turn-down.ts'
import { engagementHasEnded, forgetEngagement } from '../engagement/ended-engagement.ts'
import type { Engagement } from '../engagement/engagement.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { Send } from '../platform/queue.ts'
import type { Tables } from '../platform/table.ts'
import { endingOf, endTracking, type TrackedMessage } from '../tracking/ended-tracking.ts'
import { dayHasEnded, forgetDay } from '../tracking/last-open.ts'
import { expire, expiryOf } from './expiry.ts'
import { isInactive } from './inactivity.ts'
import type { RequestMessage } from './request-message.ts'
import { isOpen } from './request-steps.ts'
import { runningErasure } from './running-erasure.ts'

/** What the sweep meets, read as far as its rules need it. */
export type Seen =
  | { kind: 'contact'; contact: Contact }
  | { kind: 'address'; address: AddressRecord }
  | { kind: 'letter'; letterId: string; ttl: number }
  /** One whose opens or clicks are known, or would be. */
  | { kind: 'message'; met: TrackedMessage }
  /** The day of somebody's last open. */
  | { kind: 'last-open'; contactId: string }
  /** A followed link that tells of an interest. */
  | { kind: 'engagement'; engagement: Engagement }
  /** Anything whose time was over days ago, which DynamoDB should have deleted. */
  | { kind: 'outlived' }

export type Looking = {
  policy: Policy
  tables: Pick<Tables, 'db' | 'main'>
  /** The people of the messages of this page. */
  standingFor: StandingFor
  now: Date
}
export type Doing = {
  store: UnsealedStore
  requests: Send<RequestMessage>
  letters: Send<LetterMessage>
  now: Date
  /** Counts what is done, in the transaction that does it. */
  counted: TransactWriteItem
  /** False once the run has forgotten as many people as it may. */
  mayLapse: () => boolean
}

/** What became of something due. */
export type Outcome =
  /** Done, and counted in the same transaction: so many times. */
  | { kind: 'counted'; times: number }
  /** Done, in a way that may be done again. */
  | { kind: 'done' }
  /** Left to the next run: there are more than one run may do. */
  | { kind: 'postponed' }
  /** No longer as it was read; the next run looks again. */
  | { kind: 'changed' }
export type Due = (doing: Doing) => Promise<Outcome>

/** What a rule would do about something; undefined where it is not due. */
type Rule = (seen: Seen, looking: Looking) => Due | undefined | Promise<Due | undefined>

/**
 * What the sweep does, by name (SUPP-06): the periods of `policy.ts`, and what was left half done. Kinds
 * that carry an end of their own (sign-ups, letters, requests, evidence, files, logs) are deleted by
 * DynamoDB, S3 and CloudWatch; the last rule counts what they have missed. Who is restricted is left
 * alone (RIGHT-10).
 */
export const rules = {
  /** `retention.inactiveContact`. */
  'inactive-contact': (seen, { policy, now }) => {
    if (seen.kind !== 'contact' || !isInactive(policy, seen.contact, now)) return undefined
    return (doing) => forget(doing, seen.contact)
  },
  /** `consent.validityMonths`, and consents whose `retention.evidence` is over (CONS-09). */
  'expired-consent': (seen, { policy, now }) => {
    // Who is forgotten in this run has no consent to end any more.
    if (seen.kind !== 'contact' || isInactive(policy, seen.contact, now)) return undefined
    const ends = expiryOf(policy, seen.contact, now)
    if (ends.size === 0) return undefined
    const { contactId } = seen.contact
    return async ({ store, now: at, counted }) => ({
      kind: 'counted',
      times: await expire(store, { contactId, ends }, { now: at, also: [counted] }),
    })
  },
  /** `retention.objection`, where it is not for ever (SUPP-05). */
  'ended-suppression': (seen, { policy, now }) => {
    if (seen.kind !== 'address') return undefined
    const over = overdueKinds(policy, seen.address, now)
    if (over.length === 0) return undefined
    return async ({ store, counted }) =>
      once(await endSuppressions(store.tables, { record: seen.address, over }, [counted]))
  },
  /**
   * What was known of a person's opens, clicks and interests when the consent that it rests on ends
   * (SUPP-08), and the place of their messages in the rates of campaigns.
   */
  'ended-tracking': async (seen, looking) => {
    if (seen.kind === 'last-open') {
      const { contactId } = seen
      if (!(await dayHasEnded(looking, contactId, looking.now))) return undefined
      return async ({ store, counted }) => {
        await forgetDay(store.tables, contactId, [counted])
        return once(true)
      }
    }
    if (seen.kind === 'engagement') {
      const { engagement } = seen
      if (!(await engagementHasEnded(looking, engagement, looking.now))) return undefined
      return async ({ store, counted }) =>
        once(await forgetEngagement(store.tables, engagement, [counted]))
    }
    if (seen.kind !== 'message') return undefined
    const { met } = seen
    const { policy, standingFor, now } = looking
    const standing = standingFor(met.message.contactId)
    const ending = endingOf(policy, met, { standing, now })
    if (ending === undefined) return undefined
    return async ({ store, counted }) =>
      once(await endTracking(store.tables, { met, ending }, [counted]))
  },
  /** An erasure whose message was lost: the queue was down when it began, or it was set aside. */
  'stuck-erasure': (seen, { now }) => {
    if (seen.kind !== 'contact') return undefined
    const { contactId, erasing, lapsed } = seen.contact
    if (erasing === undefined || !isOld(new Date(erasing), now)) return undefined
    return (doing) => takeUp(doing, { contactId, lapsed: lapsed ?? false })
  },
  /** A notice of erasure that nobody was asked to send. */
  'stuck-letter': (seen, { now }) => {
    if (seen.kind !== 'letter' || !isOld(letterWrittenAt(seen), now)) return undefined
    const { letterId } = seen
    return async ({ letters }) => {
      await letters({ kind: 'erased', letterId })
      return { kind: 'done' }
    }
  },
  /** Counted alone: deleting what is past its `ttl` is DynamoDB's, and a run may not delete at large. */
  outlived: (seen) => (seen.kind === 'outlived' ? async () => ({ kind: 'done' }) : undefined),
} as const satisfies Record<string, Rule>
export type RuleName = keyof typeof rules

/** Whatever a queue is about to deliver is not stuck. */
const stuckAfterMs = 3_600_000
const isOld = (since: Date, now: Date): boolean => now.getTime() - since.getTime() >= stuckAfterMs

const once = (done: boolean): Outcome =>
  done ? { kind: 'counted', times: 1 } : { kind: 'changed' }

async function forget(
  { store, requests, now, counted, mayLapse }: Doing,
  contact: Contact,
): Promise<Outcome> {
  const { contactId } = contact
  // Whoever waits for an answer has been heard of, whichever way they wrote.
  const asked = await readOwnRequests(store.tables, contactId, now)
  if (asked.some(isOpen) || !mayLapse()) return { kind: 'postponed' }
  const address = await readAddress(store.tables, [contact.addressKey])
  const done = await lapse(store, { contact, address }, { now, also: [counted] })
  if (done) await requests({ kind: 'lapse', contactId })
  return once(done)
}

async function takeUp(
  { store, requests, now }: Doing,
  { contactId, lapsed }: { contactId: string; lapsed: boolean },
): Promise<Outcome> {
  if (lapsed) {
    await requests({ kind: 'lapse', contactId })
    return { kind: 'done' }
  }
  const request = await runningErasure(store.tables, contactId, now)
  if (request === undefined) throw new Error('a contact is being erased and nobody asked for it')
  await requests({ kind: 'erasure', contactId, requestId: request.id })
  return { kind: 'done' }
}
