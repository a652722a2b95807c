import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { auditPut } from '../consent/ledger.ts'
import { addressSchema } from '../contact/address.ts'
import {
  identityChecks,
  type RightsRequest,
  readRequest,
  refusalGrounds,
} from '../contact/request-record.ts'
import { readSaid, type Said, saying } from '../contact/request-words.ts'
import { transact } from '../platform/table.ts'
import { markPut, requestTtl, stepWrites } from './register.ts'
import { askForLetter, type RegisterDesk } from './register-desk.ts'
import { whose } from './register-entry.ts'
import type { RequestMessage } from './request-message.ts'
import { type Step, stepped } from './request-steps.ts'
import { stillThere } from './still-there.ts'
import { written } from './written.ts'

/** What a colleague may do about a request, and what each needs. */
export const staffStepSchema = v.variant('step', [
  /** Somebody whom we could not find has told us more (RIGHT-04). */
  v.strictObject({
    step: v.literal('identify'),
    email: v.optional(addressSchema),
    words: v.optional(written),
  }),
  v.strictObject({ step: v.literal('prove'), check: v.picklist(identityChecks) }),
  v.strictObject({ step: v.literal('extend'), reasons: written }),
  v.strictObject({
    step: v.literal('refuse'),
    ground: v.picklist(refusalGrounds),
    reasons: written,
  }),
  v.strictObject({ step: v.literal('complete'), answer: written }),
  v.strictObject({ step: v.literal('carry-out') }),
  v.strictObject({ step: v.literal('tell-lift'), reasons: written }),
  v.strictObject({ step: v.literal('lift') }),
  /** The letter about it once more, when it could not be asked for; the same one never leaves twice. */
  v.strictObject({
    step: v.literal('letter'),
    about: v.picklist(['standing', 'extension', 'lifting']),
  }),
])
export type StaffStep = v.InferOutput<typeof staffStepSchema>

export type StepOutcome =
  | { kind: 'taken'; request: RightsRequest; letter: boolean }
  | { kind: 'unknown' }
  /** As it stands it cannot be; somebody may have been first. */
  | { kind: 'not-now'; request: RightsRequest }

/** A step's consequences, worked out from how the request stands. */
type Move = {
  /** The step of the register; left out where only work is asked for. */
  step?: Step
  after: RightsRequest
  words?: Partial<Record<Said, string>>
  also?: readonly TransactWriteItem[]
  letter?: 'standing' | 'extension' | 'lifting'
  work?: RequestMessage
}

type Known = { before: RightsRequest; at: Date; staff: string }

/** One step by a colleague, with its line in the audit trail in the same transaction (SEC-13). */
export async function takeStep(
  desk: RegisterDesk,
  { id, staff }: { id: string; staff: string },
  asked: StaffStep,
): Promise<StepOutcome> {
  const { tables, policy } = desk
  const at = desk.clock()
  const before = await readRequest(tables, id, at)
  if (before === undefined) return { kind: 'unknown' }
  const move = await moveOf(desk, asked, { before, at, staff })
  if (move === undefined) return { kind: 'not-now', request: before }
  const ttl = requestTtl(policy, move.after)
  const spoken = await saying(desk, before, { words: move.words ?? {}, ttl })
  if (spoken === undefined) return { kind: 'not-now', request: before }
  const after = move.words === undefined ? move.after : { ...move.after, said: spoken.said }
  const action = `request-${asked.step}`
  const outcome = await transact(tables.db, [
    ...(move.step === undefined ? [] : stepWrites(desk, move.step, { before, after })),
    ...spoken.writes,
    ...(move.also ?? []),
    { Put: auditPut(tables, { at, staff, action, subject: id, details: detailsOf(asked) }) },
  ])
  if (outcome.kind === 'refused') return { kind: 'not-now', request: before }
  if (move.work !== undefined) await desk.requests(move.work)
  const letter =
    move.letter !== undefined &&
    after.contactId !== undefined &&
    (await askForLetter(desk, { about: move.letter, requestId: id }))
  return { kind: 'taken', request: after, letter }
}

/** What the trail tells of a step: kinds, never what was written. */
function detailsOf(asked: StaffStep): Record<string, unknown> {
  switch (asked.step) {
    case 'prove':
      return { check: asked.check }
    case 'refuse':
      return { ground: asked.ground }
    case 'letter':
      return { about: asked.about }
    case 'identify':
    case 'extend':
    case 'complete':
    case 'carry-out':
    case 'tell-lift':
    case 'lift':
      return {}
  }
}

/** @returns undefined where the request stands so that the step cannot be taken. */
async function moveOf(
  desk: RegisterDesk,
  asked: StaffStep,
  known: Known,
): Promise<Move | undefined> {
  const { before, at, staff } = known
  switch (asked.step) {
    case 'identify':
      return identifying(desk, asked, known)
    case 'prove': {
      const proof = { by: 'check', at: at.toISOString(), how: asked.check, staff } as const
      return movedBy(known, 'prove', { proof }, { letter: 'standing' })
    }
    case 'extend': {
      // It is moved only with notice (RIGHT-02), so there must be somebody to tell.
      if (before.contactId === undefined) return undefined
      return movedBy(known, 'extend', {}, { words: { extend: asked.reasons }, letter: 'extension' })
    }
    case 'refuse': {
      const { ground, reasons } = asked
      if (!mayRefuse(before, ground)) return undefined
      return movedBy(
        known,
        'refuse',
        { ground },
        { words: { refuse: reasons }, letter: 'standing' },
      )
    }
    case 'complete': {
      if (!isAnswered(before)) return undefined
      const rest = { words: { complete: asked.answer }, letter: 'standing' } as const
      return movedBy(known, 'complete', { outcome: 'answered' }, rest)
    }
    case 'carry-out':
      return carryingOut(known)
    case 'tell-lift':
      if (!isStandingRestriction(before) || before.said?.lift !== undefined) return undefined
      return movedBy(known, 'tell-lift', {}, { words: { lift: asked.reasons }, letter: 'lifting' })
    case 'lift':
      if (!isStandingRestriction(before) || before.liftToldAt === undefined) return undefined
      return { after: before, work: { kind: 'lift', requestId: before.id } }
    case 'letter':
      return hasHappened(before, asked.about) ? { after: before, letter: asked.about } : undefined
  }
}

function movedBy(
  { before, at }: Known,
  step: Step,
  noted: Omit<Parameters<typeof stepped>[2], 'at'>,
  rest: Omit<Move, 'step' | 'after'>,
): Move | undefined {
  const after = stepped(before, step, { at, ...noted })
  return after && { step, after, ...rest }
}

async function identifying(
  desk: RegisterDesk,
  { email, words }: Extract<StaffStep, { step: 'identify' }>,
  known: Known,
): Promise<Move | undefined> {
  const { before } = known
  // Whose it is, once known, no colleague changes.
  if (before.contactId !== undefined) return undefined
  const contactId = await whose(desk, email)
  const { entered } = await readSaid(desk, before)
  if (contactId === undefined && words === undefined) return undefined
  const all = [entered, words].filter((text) => text !== undefined).join('\n')
  const move = movedBy(known, 'identify', {}, all === '' ? {} : { words: { entered: all } })
  if (move === undefined || contactId === undefined) return move
  return {
    ...move,
    after: { ...move.after, contactId },
    also: [stillThere(desk.tables, contactId), markPut(desk, { ...before, contactId })],
    letter: 'standing',
  }
}

/** An objection to direct marketing, profiling or calls is never weighed (TRACK-11). */
const mayRefuse = ({ kind }: RightsRequest, ground: string): boolean =>
  kind !== 'objection' || ground === 'not-identified'

/** What somebody still has to do is not done by saying so; of whom nothing is held, only a word is left. */
const isAnswered = ({ kind, status, contactId }: RightsRequest): boolean =>
  status === 'received' &&
  (contactId === undefined || kind === 'access' || kind === 'rectification')

/** Where a colleague has seen who asks. A copy is mailed to the person's own mailbox all the same. */
function carryingOut(known: Known): Move | undefined {
  const { id: requestId, kind, status, contactId, proof } = known.before
  if (status !== 'received' || proof?.by !== 'check' || contactId === undefined) return undefined
  switch (kind) {
    case 'access':
      return movedBy(known, 'begin', {}, { work: { kind, contactId, requestId } })
    case 'erasure':
    case 'restriction':
    case 'objection':
      return { after: known.before, work: { kind: 'carry-out', requestId } }
    case 'rectification':
      // What is right is written by the person, on their page; no colleague writes who somebody is.
      return undefined
  }
}

const isStandingRestriction = (request: RightsRequest): boolean =>
  request.kind === 'restriction' &&
  request.detail !== 'lift' &&
  request.outcome === 'carried-out' &&
  request.contactId !== undefined

function hasHappened(
  { contactId, extendedAt, said }: RightsRequest,
  about: 'standing' | 'extension' | 'lifting',
): boolean {
  if (contactId === undefined) return false
  switch (about) {
    case 'standing':
      return true
    case 'extension':
      return extendedAt !== undefined
    case 'lifting':
      return said?.lift !== undefined
  }
}
