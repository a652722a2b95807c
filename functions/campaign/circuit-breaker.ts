import type { Policy } from '../consent/policy.ts'
import type { Tables } from '../platform/table.ts'
import { type Campaign, readCampaign } from './campaign-record.ts'
import { mailsIn } from './mails.ts'
import { pauseItself } from './pause-itself.ts'
import { readShards, sumOf } from './read-figures.ts'
import { type Reputation, rateNames, reputationOf } from './reputation.ts'

export type BreakerDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  policy: Policy
  clock: () => Date
  /** Told of each campaign that has come to a limit, and of each that has paused itself. */
  rejected: (what: 'warned' | 'paused') => void
}

export async function readReputation(
  { tables, policy }: Pick<BreakerDesk, 'policy'> & { tables: Pick<Tables, 'db' | 'main'> },
  campaignId: string,
  { overridden }: Pick<Campaign, 'overridden'>,
): Promise<Reputation> {
  const figures = sumOf(await readShards(tables, campaignId, 'T#'))
  return reputationOf(policy, mailsIn(figures), overridden)
}

/**
 * Asked after each complaint and permanent bounce, also one that is told again: a worker may have died
 * between counting it and asking. Over a limit the campaign pauses itself, in one transaction with the
 * word of it in the audit trail; no batch that has not left by then leaves (SEND-06).
 */
export async function breakCircuit(desk: BreakerDesk, campaignId: string): Promise<void> {
  const { tables, clock, rejected } = desk
  const at = clock()
  const campaign = await readCampaign(tables, campaignId, at)
  if (campaign === undefined) return
  const reputation = await readReputation(desk, campaignId, campaign)
  const over = rateNames.find((name) => reputation[name].is === 'over')
  if (over === undefined) {
    if (rateNames.some((name) => reputation[name].is === 'warned')) rejected('warned')
    return
  }
  const { count, of, rate } = reputation[over]
  const paused = await pauseItself(tables, campaignId, {
    at,
    why: { stopped: { for: over, count, of, at: at.toISOString() } },
    details: { for: over, count, of, rate },
    // Only on what a colleague has not let pass meanwhile.
    onlyWhile: `${
      campaign.overridden === undefined ? 'attribute_not_exists' : 'attribute_exists'
    }(overridden)`,
  })
  if (paused) rejected('paused')
}
