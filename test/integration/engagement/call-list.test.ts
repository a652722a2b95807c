import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { complaintOf } from '../../../functions/campaign/complaint.ts'
import type { Change } from '../../../functions/consent/choices.ts'
import type { Policy } from '../../../functions/consent/policy.ts'
import { readContact } from '../../../functions/contact/contacts.ts'
import { readHistory } from '../../../functions/contact/history.ts'
import { membershipPk, shardOf } from '../../../functions/contact/membership.ts'
import { readAddress } from '../../../functions/contact/suppression.ts'
import type { Identity } from '../../../functions/contact/vault.ts'
import { isCallHour } from '../../../functions/engagement/call-hours.ts'
import { callRoutes } from '../../../functions/engagement/call-routes.ts'
import { candidatesAfter } from '../../../functions/engagement/candidates.ts'
import { engagementPut } from '../../../functions/engagement/engagement.ts'
import { readCheck } from '../../../functions/engagement/register-check.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { readPartition, readTogether, transact } from '../../../functions/platform/table.ts'
import { registerCheckSection } from '../../../functions/rights/copy/register-check-section.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { rectify } from '../../../functions/rights/rectify.ts'
import { restrict } from '../../../functions/rights/restrict.ts'
import { changePreferences } from '../../../functions/subscription/change-preferences.ts'
import { policy as shipped } from '../../../policy.ts'
import { dawn, day, given, later } from '../../support/acts.ts'
import { audited, brokenOf, vandal } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { edgeOf, httpEvent } from '../../support/http-events.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { create, nextIdentity } from '../../support/people.ts'
import { policyWith } from '../../support/policies.ts'

/** The call list as a colleague asks for it, over real tables. It is a Friday, ten in the morning in Oslo. */
let store: Awaited<ReturnType<typeof startContactStore>>
let now: Date
const both = ['profiling', 'click-tracking'] as const
const business = { name: 'Kari Nordmann', company: 'Fjell AS', phone: '+47 22 22 22 22' }
const consumer = { name: 'Ola Nordmann', phone: '+47 99 99 99 99' }

beforeAll(async () => {
  store = await startContactStore()
})
beforeEach(async () => {
  await vandal(store).clear()
  now = later(60_000)
})
afterAll(() => store.stop())

type Someone = {
  told?: Partial<Omit<Identity, 'email'>>
  /** How many links they followed. */
  links?: number
  changes?: readonly Change[]
}
const yeses = ['newsletter', 'calls', ...both].map((purpose) => given(purpose))

async function someone({ told = business, links = 2, changes = yeses }: Someone = {}) {
  const created = await create(store, { identity: nextIdentity(told), changes })
  if (created.kind !== 'created') throw new Error('could not be created')
  const { contactId } = created.contact
  await transact(store.tables.db, [
    ...Array.from({ length: links }, (_, link) =>
      engagementPut(
        store.tables,
        {
          contactId,
          campaignId: 'ab'.repeat(8),
          link,
          interests: ['planning'],
          at: dawn.toISOString(),
          hit: `h${link}`,
        },
        { now, days: 365 },
      ),
    ),
  ])
  return contactId
}

type Asked = { policy?: Policy; body?: object; query?: Record<string, string>; staff?: string }
async function ask(route: string, { policy = shipped, body, query, staff = 'kari' }: Asked = {}) {
  const [method = '', path = ''] = route.split(' ')
  const { answer, faults } = edgeOf(
    callRoutes({ ...store, policy, rolesClaim: 'roles', clock: () => now }),
  )
  const event = httpEvent(method, path, {
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(query === undefined ? {} : { queryStringParameters: query }),
  })
  const claims = { sub: staff, roles: '[marketing]' }
  const requestContext = { ...event.requestContext, authorizer: { jwt: { claims } } }
  const { statusCode, body: text = '' } = await answer({ ...event, requestContext })
  expect(faults).toEqual([])
  return { status: statusCode, body: JSON.parse(text) as Record<string, unknown> }
}
type Row = { id: string } & Record<string, unknown>
async function listed(policy?: Policy): Promise<string[]> {
  const { body } = await ask('GET /staff/calls', policy === undefined ? {} : { policy })
  return (body.calls as Row[]).map(({ id }) => id).sort()
}
const unchecked = async () =>
  ((await ask('GET /staff/calls/unchecked')).body.numbers as Row[]).map(({ id }) => id)
const checked = (id: string, reserved = false, checkedAt = now) =>
  ask('POST /staff/calls/checks', {
    body: {
      checkedAt: checkedAt.toISOString(),
      source: 'Reservasjonsregisteret',
      results: [{ id, reserved }],
    },
  })
const stop = (id: string, what: 'calls' | 'everything') =>
  ask(`POST /staff/calls/${id}/do-not-contact`, { body: { stop: what } })
const audits = async () =>
  Array.fromAsync(
    readPartition(store.tables.db, store.tables.ledger, `AUDIT#${now.toISOString().slice(0, 10)}`),
  )

describe('CALL-01 TRACK-14 the call list', () => {
  it('shows who may be called, where they come from, and why they are there; and who looked is in the ledger', async () => {
    const id = await someone()
    const { status, body } = await ask('GET /staff/calls')
    expect(status).toBe(200)
    const { click } = shipped.profile.points
    expect(body).toEqual({
      consumersNow: true,
      calls: [
        {
          id,
          ...business,
          language: 'nb',
          kind: 'business',
          isCustomer: false,
          source: { act: 'confirm', at: dawn.toISOString(), method: 'confirm-page' },
          why: {
            score: 2 * click,
            callFrom: shipped.profile.callFrom,
            interests: [{ interest: 'planning', points: 2 * click }],
            inputs: [0, 1].map((link) => ({
              campaignId: 'ab'.repeat(8),
              link,
              at: dawn.toISOString(),
              interests: ['planning'],
              weight: click,
              ageDays: 0,
              points: click,
            })),
          },
        },
      ],
    })
    expect(await audits()).toMatchObject([
      { staff: 'kari', action: 'calls-listed', details: { contacts: [id] } },
    ])
  })

  it('leaves out whoever has not the points, and loses them as these fall', async () => {
    await someone({ links: 1 })
    const id = await someone()
    expect(await listed()).toEqual([id])
    now = new Date(dawn.getTime() + shipped.profile.halfLifeDays * day)
    expect(await listed()).toEqual([])
  })

  it.each(['calls', ...both])('leaves out who has said nothing of %s', async (missing) => {
    await someone({ changes: yeses.filter(({ purpose }) => purpose !== missing) })
    expect(await listed()).toEqual([])
  })

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['an objection to calls', (id) => object(store, id, { to: 'calls', now })],
    ['an objection to profiling', (id) => object(store, id, { to: 'profiling', now })],
    ['an objection to marketing', (id) => object(store, id, { to: 'direct-marketing', now })],
    ['a restriction', (id) => restrict(store, id, { lift: false, now })],
    ['an erasure under way', (id) => beginErasure(store, id, { requests: async () => {}, now })],
    ['a complaint', (id) => complaintOf(store, id, { at: now, now, remembered: false })],
    [
      'clicks turned off',
      (id) =>
        changePreferences(store, id, {
          wishes: { 'click-tracking': 'withdrawn' },
          method: 'preference-page',
          now,
        }),
    ],
    ['"do not call me"', (id) => stop(id, 'calls')],
    ['"do not contact me"', (id) => stop(id, 'everything')],
  ])('TRACK-11 leaves out at once: %s', async (_, happens) => {
    const id = await someone()
    expect(await listed()).toEqual([id])
    await happens(id)
    expect(await listed()).toEqual([])
    expect(await unchecked()).toEqual([])
  })

  it('leaves out who has no number, and whose key is gone', async () => {
    await someone({ told: { name: 'Kari Nordmann', company: 'Fjell AS' } })
    const erased = await someone()
    await vandal(store).remove('keys', { pk: `C#${erased}` })
    expect(await listed()).toEqual([])
  })

  it('is walked in pages that show everybody once, however they fall', async () => {
    const people: string[] = []
    for (let n = 0; n < 12; n++) people.push(await someone({ links: 1 + (n % 4) }))
    for (const [most, items] of [
      [1, 1],
      [2, 3],
      [5, 4],
      [50, 1000],
    ] as const) {
      const seen: [string, number][] = []
      let after: string | undefined
      do {
        const page = await candidatesAfter(store.tables, { after, most, items }, now)
        expect(page.people.size).toBeLessThanOrEqual(most)
        seen.push(...[...page.people].map(([id, all]): [string, number] => [id, all.length]))
        after = page.next
      } while (after !== undefined)
      const sorted = (all: readonly [string, number][]) => [...all].sort()
      expect(sorted(seen)).toEqual(sorted(people.map((id, n) => [id, 1 + (n % 4)])))
    }
  })

  it.each(['64', '7.x', '-1', "0.' OR 1"])('takes %s for no place in it', async (after) => {
    expect((await ask('GET /staff/calls', { query: { after } })).status).toBe(400)
  })
})

describe('CALL-02 Reservasjonsregisteret', () => {
  it('a consumer is listed once their number was looked up, for a month and not a moment longer', async () => {
    const id = await someone({ told: consumer, links: 8 })
    expect([await listed(), await unchecked()]).toEqual([[], [id]])
    expect((await checked(id)).body).toEqual({ kept: 1 })
    expect([await listed(), await unchecked()]).toEqual([[id], []])
    const { body } = await ask('GET /staff/calls')
    expect(body.calls).toMatchObject([
      { kind: 'consumer', check: { at: now.toISOString(), source: 'Reservasjonsregisteret' } },
    ])
    now = new Date('2096-11-30T09:00:00.000Z')
    expect(await listed()).toEqual([id])
    now = new Date('2096-12-02T09:00:59.999Z')
    expect(await unchecked()).toEqual([])
    now = new Date('2096-12-02T09:01:00.000Z')
    expect(await unchecked()).toEqual([id])
    now = new Date('2096-12-03T09:00:00.000Z')
    expect(await listed()).toEqual([])
  })

  it('who is reserved is neither listed nor asked about again while that is known', async () => {
    const id = await someone({ told: consumer })
    await checked(id, true)
    expect([await listed(), await unchecked()]).toEqual([[], []])
  })

  it('another number has to be looked up anew', async () => {
    const id = await someone({ told: consumer })
    await checked(id)
    const corrections = { details: { phone: '+47 88 88 88 88' } }
    await rectify(store, id, { corrections, letters: async () => {}, now })
    expect([await listed(), await unchecked()]).toEqual([[], [id]])
  })

  it('a customer is listed without, until they turn down what rests on that; and so is a company', async () => {
    const changes = [...yeses, given('customer-offers', 'existing_customer')]
    const customer = await someone({ told: consumer, changes })
    const company = await someone()
    expect(await listed()).toEqual([customer, company].sort())
    await changePreferences(store, customer, {
      wishes: { 'customer-offers': 'withdrawn' },
      method: 'preference-page',
      now,
    })
    expect([await listed(), await unchecked()]).toEqual([[company], [customer]])
  })

  it('a policy whose law knows no register asks for no look-up', async () => {
    const id = await someone({ told: consumer })
    const policy = policyWith(({ calls }) => {
      calls.registerWash = false
    })
    expect(await listed(policy)).toEqual([id])
  })

  it('a look-up of over a month ago, or of tomorrow, is none; and none is kept of nobody', async () => {
    const id = await someone({ told: consumer })
    for (const at of [new Date(now.getTime() - 32 * day), new Date(now.getTime() + 1000)]) {
      expect((await checked(id, false, at)).status).toBe(400)
    }
    expect((await checked(randomId())).body).toEqual({ kept: 0 })
    expect(await unchecked()).toEqual([id])
    expect((await audits()).map(({ action }) => action)).toContain('calls-checked')
  })

  it('RIGHT-06 RIGHT-11 what was found is in the copy and goes with the person; it holds no number', async () => {
    const id = await someone({ told: consumer })
    await checked(id)
    const rows = async () => Array.fromAsync(registerCheckSection(store.tables, id, now).rows)
    expect(await rows()).toMatchObject([{ source: 'Reservasjonsregisteret', reserved: false }])
    expect(JSON.stringify(await readCheck(store.tables, id, now))).not.toContain('99')
    expect(brokenOf(await audited(store, { now }))).toEqual([])
    const request = await beginErasure(store, id, { requests: async () => {}, now })
    await checked(id)
    await fulfilErasure(
      store,
      { contactId: id, requestId: request?.id ?? '' },
      { letters: async () => {}, files: memoryFiles(), now },
    )
    expect(await rows()).toEqual([])
  })
})

describe('CALL-03 "do not call me"', () => {
  it('is one act of the ledger, by staff, in force at once; chosen mail goes on', async () => {
    const id = await someone()
    expect((await stop(id, 'calls')).status).toBe(200)
    const { choices } = (await readContact(store.tables, id)) ?? {}
    expect([choices?.calls?.state, choices?.newsletter?.state]).toEqual(['objected', 'given'])
    expect((await readHistory(store, id)).at(-1)).toMatchObject({
      kind: 'do-not-contact',
      changes: [{ purpose: 'calls', state: 'objected' }],
      evidence: { actor: 'staff', method: 'staff' },
    })
    expect(await audits()).toMatchObject([
      { staff: 'kari', action: 'do-not-contact', subject: id, details: { stop: 'calls' } },
    ])
    expect(brokenOf(await audited(store, { now }))).toEqual([])
  })

  it('of everything it stops all, and keeps the address from being added again', async () => {
    const id = await someone()
    await stop(id, 'everything')
    const contact = await readContact(store.tables, id)
    const address = await readAddress(store.tables, [contact?.addressKey ?? ''])
    expect(address.suppressions).toEqual({ 'do-not-contact': now })
    const key = { pk: membershipPk('newsletter', shardOf(id)), sk: id }
    const { db, main } = store.tables
    expect(await readTogether(db, [{ table: main, key }])).toEqual([undefined])
    expect(brokenOf(await audited(store, { now }))).toEqual([])
  })

  it('said twice it is one act, and both callers are in the audit trail; the person can come back', async () => {
    const id = await someone()
    await stop(id, 'calls')
    now = new Date(now.getTime() + 1000)
    await stop(id, 'calls')
    const acts = (await readHistory(store, id)).filter(({ kind }) => kind === 'do-not-contact')
    expect(acts).toHaveLength(1)
    expect(await audits()).toHaveLength(2)
    now = new Date(now.getTime() + 1000)
    await changePreferences(store, id, {
      wishes: { calls: 'given' },
      method: 'preference-page',
      now,
    })
    expect(await listed()).toEqual([id])
  })

  it('of nobody, or of what is no id, is 404', async () => {
    for (const id of [randomId(), 'x']) expect((await stop(id, 'calls')).status).toBe(404)
  })
})

describe('CALL-04 consumers are called when people may be called', () => {
  it.each([
    ['a Friday at ten', '2096-11-02T09:00:00Z', true],
    ['before nine', '2096-11-02T07:59:00Z', false],
    ['at nine', '2096-11-02T08:00:00Z', true],
    ['at four', '2096-11-02T15:00:00Z', false],
    ['a Saturday', '2096-11-03T09:00:00Z', false],
    ['a Sunday', '2096-11-04T09:00:00Z', false],
    ['nine in summer', '2096-07-02T07:00:00Z', true],
  ])('%s', (_, at, may) => {
    expect(isCallHour(shipped, new Date(at))).toBe(may)
  })

  it('outside those hours a company is listed, and no consumer', async () => {
    const company = await someone()
    await checked(await someone({ told: consumer }))
    expect(await listed()).toHaveLength(2)
    now = new Date('2096-11-03T09:00:00Z')
    expect(await listed()).toEqual([company])
    expect((await ask('GET /staff/calls')).body.consumersNow).toBe(false)
  })
})
