import type { Rate } from '../platform/rate-bucket.ts'
import type { SendingQuota } from '../platform/ses.ts'
import { mostInBatch } from './batch-record.ts'

/** How much of what the account may send campaigns take: somebody who signs up waits for a letter. */
const share = 0.8
const shortestSeconds = 10

/** How fast batches may leave; undefined while none may. */
export function sendRate(quota: SendingQuota, places: number): Rate | undefined {
  const { enabled, perSecond, perDay, sentToday } = quota
  const used = sentToday + places > perDay * share
  if (!enabled || perSecond <= 0 || used) return undefined
  const rate = perSecond * share
  // A slow account is given time for a whole batch: a batch is one call.
  const seconds = Math.max(shortestSeconds, Math.ceil(mostInBatch / rate))
  return { seconds, most: Math.max(mostInBatch, Math.floor(rate * seconds)) }
}
