import { countDue } from '../contact/request-record.ts'
import type { Tables } from '../platform/table.ts'

const weekMs = 7 * 86_400_000

/** What the night's alarm rings for: answers due within a week, and those that are late (RIGHT-02). */
export async function dueRequests(
  tables: Pick<Tables, 'db' | 'main'>,
  now: Date,
): Promise<{ 'requests:due': number; 'requests:late': number }> {
  const week = new Date(now.getTime() + weekMs)
  const [due, late] = await Promise.all([week, now].map((by) => countDue(tables, { now, by })))
  return { 'requests:due': due ?? 0, 'requests:late': late ?? 0 }
}
