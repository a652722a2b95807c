import * as v from 'valibot'
import { auditPut } from '../consent/ledger.ts'
import { addressKeys, addressSchema } from '../contact/address.ts'
import {
  identityChecks,
  objectionTargets,
  type RightsRequest,
  requestKinds,
} from '../contact/request-record.ts'
import { saying } from '../contact/request-words.ts'
import { readAddress } from '../contact/suppression.ts'
import { orderedId } from '../platform/id.ts'
import { transact } from '../platform/table.ts'
import { requestPuts } from './register.ts'
import { askForLetter, type RegisterDesk } from './register-desk.ts'
import { dueAt } from './request-steps.ts'
import { stillThere } from './still-there.ts'
import { written } from './written.ts'

/** A request that did not come from the person's own page. Who asks may be unknown yet (RIGHT-04). */
export const entrySchema = v.strictObject({
  kind: v.picklist(requestKinds),
  /** What an objection is to. */
  to: v.optional(v.picklist(objectionTargets)),
  came: v.picklist(['letter', 'phone', 'mail']),
  /** When it reached us, if that was not now: the month counts from there (RIGHT-02). */
  receivedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  email: v.optional(addressSchema),
  /** How a colleague has seen who asks; left out, the person's mailbox is asked. */
  check: v.optional(v.picklist(identityChecks)),
  /** What they said that may help to find them, or to know what they want. */
  words: v.optional(written),
})
export type Entry = v.InferOutput<typeof entrySchema>

export type EntryOutcome =
  | { kind: 'registered'; request: RightsRequest; letter: boolean }
  /** Its date lies ahead, or so far back that nobody can mean it. */
  | { kind: 'no-such-time' }
  /** Whoever asks is being erased just now. */
  | { kind: 'being-erased' }

const longestAgoMs = 366 * 86_400_000

/**
 * Enters what came by letter or telephone (RIGHT-01). With an address that we know, its mailbox is
 * asked whether it was them, or gets the receipt where a colleague has seen who they are.
 */
export async function registerRequest(
  desk: RegisterDesk,
  staff: string,
  entry: Entry,
): Promise<EntryOutcome> {
  const { tables, policy } = desk
  const at = desk.clock()
  const received = new Date(entry.receivedAt ?? at)
  if (received > at || at.getTime() - received.getTime() > longestAgoMs) {
    return { kind: 'no-such-time' }
  }
  const contactId = await whose(desk, entry.email)
  const { words, ...asked } = requestOf(entry, { at, received, staff })
  const spoken = await saying(desk, asked, { words })
  if (spoken === undefined) throw new TypeError('a new request has a key')
  const { writes, ...said } = spoken
  const request: RightsRequest = {
    ...asked,
    ...(contactId === undefined ? {} : { contactId }),
    ...(writes.length === 0 ? {} : said),
  }
  const { kind, came, id } = request
  const details = { kind, came, check: entry.check, identified: contactId !== undefined }
  const outcome = await transact(tables.db, [
    ...requestPuts({ tables, policy }, request),
    ...writes,
    ...(contactId === undefined ? [] : [stillThere(tables, contactId)]),
    { Put: auditPut(tables, { at, staff, action: 'request-registered', subject: id, details }) },
  ])
  if (outcome.kind === 'refused') return { kind: 'being-erased' }
  const letter =
    contactId !== undefined && (await askForLetter(desk, { about: 'standing', requestId: id }))
  return { kind: 'registered', request, letter }
}

/** Whose address it is; undefined when nobody is known under it, or none was given. */
export async function whose(
  { tables, keys }: Pick<RegisterDesk, 'tables' | 'keys'>,
  email: Entry['email'],
): Promise<string | undefined> {
  if (email === undefined) return undefined
  const { contactId } = await readAddress(tables, addressKeys(email, await keys('address')))
  return contactId
}

type Made = Omit<RightsRequest, 'contactId' | 'said'> & { words: { entered?: string } }

function requestOf(
  { kind, to, came, check, words }: Entry,
  { at, received, staff }: { at: Date; received: Date; staff: string },
): Made {
  const proof = check && { by: 'check' as const, at: at.toISOString(), how: check, staff }
  return {
    id: orderedId(at),
    kind,
    ...(kind === 'objection' ? { detail: to ?? 'direct-marketing' } : {}),
    status: proof === undefined ? 'awaiting-identity' : 'received',
    came,
    receivedAt: received.toISOString(),
    dueAt: dueAt(received).toISOString(),
    ...(proof === undefined ? {} : { proof }),
    words: words === undefined ? {} : { entered: words },
  }
}
