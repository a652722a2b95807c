import { expect, test } from 'vitest'
import { dueAt } from '../../../functions/rights/request-steps.ts'

test.each([
  ['2026-11-23T17:00:00.000Z', '2026-12-23T17:00:00.000Z'],
  ['2027-01-31T09:30:00.000Z', '2027-02-28T09:30:00.000Z'],
  ['2028-01-31T09:30:00.000Z', '2028-02-29T09:30:00.000Z'],
  ['2026-12-31T23:59:59.999Z', '2027-01-31T23:59:59.999Z'],
  ['2027-03-31T00:00:00.000Z', '2027-04-30T00:00:00.000Z'],
])(
  'RIGHT-02 a request received on %s is due on %s: one calendar month, not thirty days',
  (received, due) => {
    expect(dueAt(new Date(received)).toISOString()).toBe(due)
  },
)
