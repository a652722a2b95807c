import type { Policy } from '../consent/policy.ts'
import type { Mails } from './mails.ts'

/** What a campaign is stopped for: too many who report it as spam, too many mailboxes that are not there. */
export const rateNames = ['complaints', 'bounces'] as const
export type RateName = (typeof rateNames)[number]

export type Standing = {
  count: number
  /** Mails that SES took. */
  of: number
  rate: number
  /** `too-few`: so few that the rate says nothing yet. */
  is: 'good' | 'too-few' | 'warned' | 'over'
}
export type Reputation = Record<RateName, Standing>

/**
 * Three people who complain, each for themself, are a pattern, of however few; one or two may be a slip of
 * the finger, and would be 10 % of a small mailing. Mailboxes go in handfuls when one company moves.
 */
const fewest: Record<RateName, number> = { complaints: 3, bounces: 10 }

/**
 * A campaign's rates against the limits of the policy (SEND-06). Bounces are the permanent ones: those
 * that SES counts.
 * @param overridden rates that a colleague has looked at and let pass: each limit begins anew from there.
 */
export function reputationOf(
  { mail: { limits } }: Policy,
  { sent, complained, bounced }: Mails,
  overridden: Partial<Record<RateName, number | undefined>> = {},
): Reputation {
  const standing = (name: RateName, count: number): Standing => {
    const rate = sent === 0 ? 0 : count / sent
    const { warn, pause } = limits[name]
    const isOver = rate >= pause + (overridden[name] ?? 0)
    const level = isOver ? 'over' : rate >= warn ? 'warned' : 'good'
    const is = level !== 'good' && count < fewest[name] ? 'too-few' : level
    return { count, of: sent, rate, is }
  }
  return {
    complaints: standing('complaints', complained),
    bounces: standing('bounces', bounced.permanent),
  }
}
