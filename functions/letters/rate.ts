import { type Rate, takePlaces } from '../platform/rate-bucket.ts'
import type { PersonTables } from '../platform/table.ts'

/**
 * How many letters of a kind may leave in a stretch of time, beyond one mailbox. Above it a letter
 * waits for the next stretch; none is dropped (SEC-09).
 */
export const rates = {
  /** A whole office or a stand at a fair signs up behind one network; a list of strangers is longer. */
  confirmNetwork: { seconds: 600, most: 30 },
  /**
   * SES gives each account a rate and a daily quota, at first often 14 a second and 50,000 a day.
   * What strangers can cause takes less than half of either, so that links, welcomes and notices of
   * erasure still leave while somebody floods the form.
   */
  confirmMinute: { seconds: 60, most: 300 },
  confirmDay: { seconds: 86_400, most: 20_000 },
  /** Links go to known contacts only, so a flood of them is bounded by who is known. */
  manageNetwork: { seconds: 600, most: 30 },
  manageMinute: { seconds: 60, most: 300 },
} as const satisfies Record<string, Rate>
export type RateName = keyof typeof rates

/** Counted together: the narrower first, so that a flood from one network uses up little else. */
export type Turn = { rate: RateName; of?: string }

/**
 * Takes one letter's place in each count.
 * @returns 0, or the milliseconds until the first count that is full starts anew.
 */
export async function takeTurns(
  tables: PersonTables,
  turns: readonly Turn[],
  now: Date,
): Promise<number> {
  for (const { rate, of } of turns) {
    const what = of === undefined ? rate : `${rate}#${of}`
    const left = await takePlaces(tables, { what, rate: rates[rate], places: 1 }, now)
    if (left > 0) return left
  }
  return 0
}
