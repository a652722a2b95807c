import type { RequestStatus, RightsRequest } from '../contact/request-record.ts'
import { monthsAfter } from '../platform/calendar-month.ts'

const open = ['awaiting-identity', 'received', 'in-progress'] as const

/**
 * The life of a request, whole (RIGHT-01):
 *
 *     awaiting-identity ─ prove ─► received ─ begin ─► in-progress ─ complete ─► done
 *                 └──────── carry-out, begin ──────────┘                          ▲
 *                 └──── refuse ────┘ ► refused          carry-out, end ───────────┘
 *
 * What is being carried out is no longer refused, and what is closed stays closed. The prior states of
 * a step are also the condition under which it is written, so two who act at once cannot both win.
 */
export const steps = {
  /** Whoever asks has said by what else they can be found (RIGHT-04). */
  identify: { from: ['awaiting-identity', 'received'], to: 'unchanged' },
  /** Who asks is known now. */
  prove: { from: ['awaiting-identity'], to: 'received' },
  /** It takes a while. */
  begin: { from: ['awaiting-identity', 'received'], to: 'in-progress' },
  /** Once, by two months, told within the first (RIGHT-02). */
  extend: { from: open, to: 'unchanged' },
  /** Done in the transaction that moves it. */
  'carry-out': { from: ['awaiting-identity', 'received'], to: 'done' },
  /** Answered by people, or the last step of something longer. */
  complete: { from: ['received', 'in-progress'], to: 'done' },
  /** There is nothing left to do: it lapsed, or the person is being erased. */
  end: { from: open, to: 'done' },
  refuse: { from: ['awaiting-identity', 'received'], to: 'refused' },
  /** Of a restriction that was carried out: its person is to be told that it ends (RIGHT-10). */
  'tell-lift': { from: ['done'], to: 'unchanged' },
  /** What is closed loses its person, and nothing else. */
  forget: { from: ['done', 'refused'], to: 'unchanged' },
} as const satisfies Record<
  string,
  { from: readonly RequestStatus[]; to: RequestStatus | 'unchanged' }
>
export type Step = keyof typeof steps

/** One calendar month after receipt (RIGHT-02), not thirty days. */
export const dueAt = (received: Date): Date => monthsAfter(received, 1)
/** Two months further, counted from receipt: months do not add up day by day. */
const extendedDueAt = (received: Date): Date => monthsAfter(received, 3)

export const isOpen = ({ status }: Pick<RightsRequest, 'status'>): boolean =>
  open.some((each) => each === status)

/** What a step notes besides the status. */
export type Noted = Partial<Pick<RightsRequest, 'proof' | 'outcome' | 'ground' | 'liftToldAt'>>

/** The request after a step; undefined where it cannot be taken. */
export function stepped(
  request: RightsRequest,
  step: Step,
  { at, ...noted }: { at: Date } & Noted,
): RightsRequest | undefined {
  const { from, to } = steps[step]
  if (!from.some((status) => status === request.status)) return undefined
  if (step === 'extend') {
    if (request.extendedAt !== undefined || at >= new Date(request.dueAt)) return undefined
    const due = extendedDueAt(new Date(request.receivedAt))
    return { ...request, ...noted, extendedAt: at.toISOString(), dueAt: due.toISOString() }
  }
  const next = { ...request, ...noted, status: to === 'unchanged' ? request.status : to }
  return isOpen(next) ? next : { closedAt: at.toISOString(), ...next }
}
