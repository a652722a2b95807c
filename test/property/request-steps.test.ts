import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RightsRequest } from '../../functions/contact/request-record.ts'
import { dueAt, isOpen, type Step, stepped, steps } from '../../functions/rights/request-steps.ts'

const received = new Date('2026-11-24T09:00:00.000Z')
const dayMs = 86_400_000

const fresh = (status: RightsRequest['status']): RightsRequest => ({
  id: '019ab5d2-3c00-7000-8000-000000000000',
  kind: 'access',
  status,
  came: 'letter',
  receivedAt: received.toISOString(),
  dueAt: dueAt(received).toISOString(),
})
const stepNames = Object.keys(steps) as Step[]
const journey = fc.array(
  fc.record({ step: fc.constantFrom(...stepNames), days: fc.integer({ min: 0, max: 40 }) }),
  { maxLength: 12 },
)

test('RIGHT-01: whatever is tried in whatever order, a closed request stays as it was closed', () => {
  void fc.assert(
    fc.property(
      fc.constantFrom('awaiting-identity', 'received', 'in-progress'),
      journey,
      (status, tried) => {
        let request = fresh(status)
        let at = received
        for (const { step, days } of tried) {
          at = new Date(at.getTime() + days * dayMs)
          const next = stepped(request, step, { at })
          if (next === undefined) continue
          if (!isOpen(request)) expect(next).toEqual(request)
          if (!isOpen(next)) expect(next.closedAt).toBeDefined()
          request = next
        }
      },
    ),
  )
})

test('RIGHT-02: an answer is never due later than three months after receipt, and moved once, within the first month', () => {
  void fc.assert(
    fc.property(journey, (tried) => {
      let request = fresh('received')
      let at = received
      let extensions = 0
      for (const { step, days } of tried) {
        at = new Date(at.getTime() + days * dayMs)
        const next = stepped(request, step, { at })
        if (next === undefined) continue
        if (next.dueAt !== request.dueAt) {
          extensions += 1
          expect(step).toBe('extend')
          expect(at.getTime()).toBeLessThan(dueAt(received).getTime())
        }
        request = next
      }
      expect(extensions).toBeLessThanOrEqual(1)
      expect(request.dueAt <= '2027-02-24T09:00:00.000Z').toBe(true)
    }),
  )
})

test('nobody who is unknown is answered by people, and what is being carried out is not refused', () => {
  expect(stepped(fresh('awaiting-identity'), 'complete', { at: received })).toBeUndefined()
  expect(stepped(fresh('in-progress'), 'refuse', { at: received })).toBeUndefined()
})
