import { refusesAll } from '../platform/bulk-mailer.ts'
import type { Log } from '../platform/log.ts'
import type { Tables } from '../platform/table.ts'
import { pauseItself } from './pause-itself.ts'

export type RefusalDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  log: Log
  clock: () => Date
}

/**
 * What keeps all mails of a batch from leaving; undefined where it may be the fault of single ones. What
 * only one mail is refused for says nothing of the others, unless it cannot be of one.
 */
export function sharedRefusal(reasons: readonly (string | undefined)[]): string | undefined {
  const [because, ...others] = reasons
  if (because === undefined || others.some((other) => other !== because)) return undefined
  return others.length > 0 || refusesAll.has(because) ? because : undefined
}

/**
 * A campaign of which a whole batch is refused for one reason pauses itself: its other mails would fare no
 * better, and what has failed is never sent again. Whoever resumes it has that batch tried once more.
 * @param count mails of the batch.
 */
export async function pauseRefused(
  { tables, log, clock }: RefusalDesk,
  campaignId: string,
  { because, count }: { because: string; count: number },
): Promise<void> {
  const at = clock()
  const refused = { because, count, at: at.toISOString() }
  const details = { for: 'refusals', because, count }
  if (await pauseItself(tables, campaignId, { at, why: { refused }, details })) {
    log.info('a campaign is refused', { campaignId, kind: because, count })
  }
}
