import { monthsAfter } from '../platform/calendar-month.ts'
import { type Choice, type Choices, isOff } from './choices.ts'
import { declarationOf, directMarketing, isTopic, type Policy } from './policy.ts'

/**
 * The only place that answers "may we?" (design §5). Pure and synchronous: whoever is about to send,
 * record, score or export reads a standing and asks, at that moment.
 */

export const suppressionKinds = [
  'objection',
  'complaint',
  'erasure',
  'do-not-contact',
  'bounce',
] as const
export type SuppressionKind = (typeof suppressionKinds)[number]

/** All that a decision needs to know of one person, read from contact and address. */
export type Standing = {
  contactId: string
  choices: Choices
  restricted: boolean
  erasing: boolean
  suppressed: readonly SuppressionKind[]
}

class Permitted {
  /** Private, so that no other code can make an object of this type: permission is a type. */
  readonly #decided = true
  readonly contactId: string
  readonly purpose: string
  constructor(contactId: string, purpose: string) {
    this.contactId = contactId
    this.purpose = purpose
  }
  get decided(): boolean {
    return this.#decided
  }
}
/** Someone who may be reached for a purpose, now; only a yes of `decide` makes one. */
export type Recipient = Permitted

export type Because =
  | 'undeclared'
  | 'purpose-off'
  | 'not-personal'
  | 'erasing'
  | 'restricted'
  | SuppressionKind
  | 'stopped-all'
  | 'unknown'
  | 'refused'
  | 'withdrawn'
  | 'objected'
  | 'expired'
  | 'paused'
  | 'other-basis'
  | 'earlier-notice'
/** Noes that end nothing: what is known is kept, and used for nothing, until they are over (RIGHT-10). */
export const passing: ReadonlySet<Because> = new Set<Because>(['restricted', 'paused', 'bounce'])
export type Decision =
  | { may: true; because: Choice; recipient: Recipient }
  | { may: false; because: Because }

/**
 * May this person be reached, recorded or profiled for the purpose at this moment?
 * Anything not plainly allowed is a no, and `unknown` is never a yes (CONS-07, SEC-16).
 */
export function decide(policy: Policy, standing: Standing, purpose: string, now: Date): Decision {
  const obstacle = standingObstacle(policy, standing, purpose)
  if (obstacle !== undefined) return { may: false, because: obstacle }
  const choice = standing.choices[purpose]
  if (choice === undefined) return { may: false, because: 'unknown' }
  // Before a pause is named: whoever waits for its end must not count someone who has stopped all.
  if (isStoppedAll(standing.choices, choice)) return { may: false, because: 'stopped-all' }
  const flaw = choiceObstacle(policy, purpose, choice, now)
  if (flaw !== undefined) return { may: false, because: flaw }
  return { may: true, because: choice, recipient: new Permitted(standing.contactId, purpose) }
}

/** What may be recorded of one person's opens or clicks: all of it, the last day, a count of nobody, nothing. */
export type Recording = 'person' | 'day' | 'count' | 'nothing'

/**
 * How a fetch of a mail may be recorded, now (TRACK-04). Of a single person only where `decide` says yes; the
 * modes that ask nobody end with any no.
 * @param askedFor the person asked for this mail; only of such is the day kept.
 */
export function recordingOf(
  policy: Policy,
  standing: Standing,
  {
    purpose,
    askedFor,
    now,
  }: { purpose: 'open-tracking' | 'click-tracking'; askedFor: boolean; now: Date },
): Recording {
  const { basis } = policy.purposes[purpose]
  switch (basis) {
    case 'consent':
    case 'legitimate_interest':
      return decide(policy, standing, purpose, now).may ? 'person' : 'nothing'
    case 'off':
      return 'nothing'
    case 'aggregate':
      return (personObstacle(standing) ?? hasSaidNo(standing, purpose)) ? 'nothing' : 'count'
    case 'date_only':
      return (personObstacle(standing) ?? (!askedFor || hasSaidNo(standing, purpose)))
        ? 'nothing'
        : 'day'
  }
}

const hasSaidNo = ({ choices }: Standing, purpose: string): boolean =>
  [choices[purpose], choices[directMarketing]].some(
    (choice) => choice !== undefined && isOff(choice.state),
  )

function standingObstacle(
  policy: Policy,
  standing: Standing,
  purpose: string,
): Because | undefined {
  const declaration = declarationOf(policy, purpose)
  if (declaration === undefined) return 'undeclared'
  if (declaration.basis === 'off') return 'purpose-off'
  if (declaration.basis === 'aggregate' || declaration.basis === 'date_only') return 'not-personal'
  return personObstacle(standing)
}

function personObstacle(standing: Standing): Because | undefined {
  if (standing.erasing) return 'erasing'
  if (standing.restricted) return 'restricted'
  return standing.suppressed[0]
}

function choiceObstacle(
  policy: Policy,
  purpose: string,
  choice: Choice,
  now: Date,
): Because | undefined {
  const declaration = declarationOf(policy, purpose)
  switch (choice.state) {
    case 'refused':
    case 'withdrawn':
    case 'objected':
    case 'expired':
      return choice.state
    case 'paused':
      if (choice.until === undefined || now < new Date(choice.until)) return 'paused'
      break
    case 'given':
      break
  }
  // CONS-08, CONS-11: only consent, or the very basis that the policy declares, carries a purpose.
  if (choice.basis !== 'consent' && choice.basis !== declaration?.basis) return 'other-basis'
  if (choice.noticeVersion < (declaration?.consentSince ?? 1)) return 'earlier-notice'
  return expiredSince(policy, choice, now) === undefined ? undefined : 'expired'
}

/**
 * Since when a choice carries nothing any more because of its age; undefined while it still does.
 * CONS-09: consent may be declared to end after a number of months. And whatever the basis, what can
 * no longer be proved, because its evidence has had its time, is no basis any more (CONS-04).
 */
export function expiredSince(policy: Policy, choice: Choice, now: Date): Date | undefined {
  const at = new Date(choice.at)
  const { validityMonths } = policy.consent
  const ends = [at.getTime() + policy.retention.evidence * 86_400_000]
  if (choice.basis === 'consent' && validityMonths !== null) {
    ends.push(monthsAfter(at, validityMonths).getTime())
  }
  const end = new Date(Math.min(...ends))
  return end <= now ? end : undefined
}

/** "Stop everything" covers every topic and purpose, later ones too, until the person's own later yes. */
function isStoppedAll(choices: Choices, choice: Choice): boolean {
  const all = choices[directMarketing]
  return all !== undefined && isOff(all.state) && !isOff(choice.state) && choice.rank < all.rank
}

/** True when the person said stop to all direct marketing and no topic has been turned on since. */
export function hasStoppedAll(policy: Policy, standing: Standing, now: Date): boolean {
  const all = standing.choices[directMarketing]
  const anyTopic = Object.keys(policy.topics).some((id) => decide(policy, standing, id, now).may)
  const refused = standing.suppressed.some((kind) => kind !== 'bounce')
  return refused || (all !== undefined && isOff(all.state) && !anyTopic)
}

/** What kind of thing an id names, for those who show or export it. */
export function kindOf(policy: Policy, purpose: string): 'topic' | 'purpose' {
  return isTopic(policy, purpose) ? 'topic' : 'purpose'
}
