import * as v from 'valibot'
import { auditPut } from '../consent/ledger.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { readContact } from '../contact/contacts.ts'
import { line } from '../contact/identity-fields.ts'
import { type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import { idSchema } from '../platform/id.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf } from '../platform/staff.ts'
import { transact } from '../platform/table.ts'
import { isCallHour } from './call-hours.ts'
import { type Prospect, prospectsAfter } from './call-list.ts'
import { cursorPattern } from './candidates.ts'
import { doNotContact, unwanted } from './do-not-contact.ts'
import { checkPuts, endOfCheck, identityMark } from './register-check.ts'

export type CallDesk = ContactStore & { rolesClaim: string; clock: () => Date }

const stopSchema = v.strictObject({ stop: v.picklist(unwanted) })
const checksSchema = v.strictObject({
  checkedAt: v.pipe(v.string(), v.isoTimestamp()),
  source: v.pipe(line(100), v.minLength(1)),
  results: v.pipe(
    v.array(v.strictObject({ id: idSchema, reserved: v.boolean() })),
    v.minLength(1),
    v.maxLength(50),
  ),
})

/** Whom a colleague may call, and what comes of a call: the only door to a score but the person's own copy. */
export function callRoutes(desk: CallDesk): Route[] {
  const staff = (event: HttpEvent) => staffOf(event, desk.rolesClaim, ['marketing'])
  return [
    {
      method: 'GET',
      path: '/staff/calls',
      handle: async (event) => {
        const { id } = staff(event)
        const now = desk.clock()
        const { prospects, next } = await prospectsAfter(desk, cursorOf(event), now)
        const calls = prospects.filter(({ hold }) => hold === undefined)
        await audit(desk, { staff: id, action: 'calls-listed', listed: calls, now })
        return json(200, {
          // Whoever looks in the evening sees why no consumer is there (CALL-04).
          consumersNow: isCallHour(desk.policy, now),
          calls: calls.map((each) => callView(desk, each)),
          next,
        })
      },
    },
    {
      method: 'GET',
      path: '/staff/calls/unchecked',
      handle: async (event) => {
        const { id } = staff(event)
        const now = desk.clock()
        const { prospects, next } = await prospectsAfter(desk, cursorOf(event), now)
        const listed = prospects.filter(({ hold }) => hold === 'unchecked')
        await audit(desk, { staff: id, action: 'numbers-listed', listed, now })
        const numbers = listed.map(({ contact: { contactId }, identity: { phone } }) => ({
          id: contactId,
          phone,
        }))
        return json(200, { numbers, next })
      },
    },
    {
      method: 'POST',
      path: '/staff/calls/checks',
      handle: async (event) => {
        const { id } = staff(event)
        return json(200, await keepChecks(desk, id, parseBody(checksSchema, event.body)))
      },
    },
    {
      method: 'POST',
      path: '/staff/calls/{id}/do-not-contact',
      handle: async (event) => {
        const { id } = staff(event)
        const { stop } = parseBody(stopSchema, event.body)
        const contactId = v.safeParse(idSchema, event.pathParameters?.id)
        const stopped =
          contactId.success &&
          (await doNotContact(desk, contactId.output, { stop, staff: id, now: desk.clock() }))
        if (!stopped) throw new Problem(404, 'not-found')
        return json(200, { status: 'stopped' })
      },
    },
  ]
}

function cursorOf(event: HttpEvent): string | undefined {
  const after = event.queryStringParameters?.after
  if (after !== undefined && !cursorPattern.test(after)) {
    throw new Problem(400, 'invalid-request', { field: 'after' })
  }
  return after
}

/** What a caller needs, where it comes from and why it is there (CALL-01, TRACK-13). */
function callView({ policy }: CallDesk, prospect: Prospect): Record<string, unknown> {
  const { contact, identity, kind, isCustomer, check, source, profile } = prospect
  const { name, company, title, phone } = identity
  const { source: from, form, pageUrl, method } = source?.evidence ?? {}
  return {
    id: contact.contactId,
    name,
    company,
    title,
    phone,
    language: contact.language,
    kind,
    isCustomer,
    check: check && { at: check.at, source: check.source },
    source: { act: source?.act, at: source?.at.toISOString(), method, form, pageUrl, from },
    why: { ...profile, callFrom: policy.profile.callFrom },
  }
}

type Audited = { staff: string; action: string; listed: readonly Prospect[]; now: Date }

/** Who saw whom, before it is shown (SEC-13). */
async function audit({ tables }: CallDesk, { staff, action, listed, now }: Audited): Promise<void> {
  const contacts = listed.map(({ contact }) => contact.contactId)
  const details = { contacts }
  await transact(tables.db, [
    { Put: auditPut(tables, { at: now, staff, action, subject: 'calls', details }) },
  ])
}

/**
 * What a look-up in Reservasjonsregisteret has said of these people's numbers, one by one.
 * @throws {Problem} 400 for one that is over a month old, or of a day that has not come.
 */
async function keepChecks(
  desk: CallDesk,
  staff: string,
  { checkedAt, source, results }: v.InferOutput<typeof checksSchema>,
): Promise<{ kept: number }> {
  const { tables } = desk
  const now = desk.clock()
  const at = new Date(checkedAt)
  if (at > now || endOfCheck(at) <= now) {
    throw new Problem(400, 'invalid-request', { field: 'checkedAt' })
  }
  let kept = 0
  for (const { id, reserved } of results) {
    const contact = await readContact(tables, id)
    if (contact === undefined) continue
    const check = { at: at.toISOString(), source, reserved, of: identityMark(contact) }
    const { kind } = await transact(tables.db, checkPuts(tables, contact, check))
    if (kind === 'written') kept += 1
  }
  const details = { checkedAt: at.toISOString(), source, given: results.length, kept }
  await transact(tables.db, [
    {
      Put: auditPut(tables, { at: now, staff, action: 'calls-checked', subject: 'calls', details }),
    },
  ])
  return { kept }
}
