import { parse } from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addressSchema } from '../../../functions/contact/address.ts'
import { readOpenContact } from '../../../functions/contact/contacts.ts'
import { openRequests, readRequest } from '../../../functions/contact/request-record.ts'
import { readSaid } from '../../../functions/contact/request-words.ts'
import type { LetterMessage } from '../../../functions/letters/letter-message.ts'
import { monthsAfter } from '../../../functions/platform/calendar-month.ts'
import { transact } from '../../../functions/platform/table.ts'
import { carryOut } from '../../../functions/rights/carry-out.ts'
import { dueRequests } from '../../../functions/rights/due-requests.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { liftRestriction } from '../../../functions/rights/lift-restriction.ts'
import { stepWrites } from '../../../functions/rights/register.ts'
import type { RegisterDesk } from '../../../functions/rights/register-desk.ts'
import { type Entry, registerRequest } from '../../../functions/rights/register-entry.ts'
import { type StaffStep, takeStep } from '../../../functions/rights/register-step.ts'
import type { RequestMessage } from '../../../functions/rights/request-message.ts'
import { stepped } from '../../../functions/rights/request-steps.ts'
import { restrict } from '../../../functions/rights/restrict.ts'
import { scanTable } from '../../../infra/audit/reader.ts'
import { given } from '../../support/acts.ts'
import { audited, brokenOf } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { create, nextIdentity } from '../../support/people.ts'
import { swept } from '../../support/swept.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
let desk: RegisterDesk
let now: Date
const letters: LetterMessage[] = []
const work: RequestMessage[] = []
beforeAll(async () => {
  store = await startContactStore()
  desk = {
    ...store,
    letters: async (message) => void letters.push(message),
    requests: async (message) => void work.push(message),
    log: { info: () => {}, fault: () => {} },
    clock: () => now,
  }
})
beforeEach(() => {
  now = new Date()
  letters.length = 0
  work.length = 0
})
afterAll(async () => {
  expect(brokenOf(await audited(store))).toEqual([])
  await store.stop()
})

async function person() {
  const identity = nextIdentity()
  const created = await create(store, { identity, at: now, changes: [given('newsletter')] })
  if (created.kind !== 'created') throw new Error('nobody was created')
  return { email: identity.email, contactId: created.contact.contactId }
}
async function entered(entry: Partial<Entry> & Pick<Entry, 'kind'>) {
  const outcome = await registerRequest(desk, 'berit', { came: 'letter', ...entry })
  if (outcome.kind !== 'registered') throw new Error(outcome.kind)
  return outcome.request
}
const step = (id: string, asked: StaffStep) => takeStep(desk, { id, staff: 'berit' }, asked)
const stored = async (id: string) => (await readRequest(store.tables, id, now))!
const said = async (id: string) => readSaid(store, await stored(id))
const days = (count: number) => new Date(now.getTime() + count * 86_400_000)
const outside = () => ({ letters: desk.letters, files: memoryFiles(), now })
async function trail(id: string) {
  const lines: Record<string, unknown>[] = []
  for await (const item of scanTable(store.tables.db, store.tables.ledger)) {
    if (String(item.pk).startsWith('AUDIT#') && item.subject === id) lines.push(item)
  }
  return lines.sort((a, b) => String(a.sk).localeCompare(String(b.sk)))
}

describe('a request that came by letter or telephone', () => {
  it('RIGHT-01, RIGHT-04: is open from the day it came, and the mailbox of the address is asked whether it was them', async () => {
    const { email, contactId } = await person()
    const receivedAt = days(-3).toISOString()
    const { id } = await entered({ kind: 'erasure', email, receivedAt, words: 'Ring 555 01' })
    expect(await stored(id)).toMatchObject({
      status: 'awaiting-identity',
      came: 'letter',
      contactId,
      receivedAt,
      dueAt: monthsAfter(new Date(receivedAt), 1).toISOString(),
    })
    expect(letters).toEqual([{ kind: 'request', about: 'standing', requestId: id }])
    expect(await said(id)).toEqual({ entered: 'Ring 555 01' })
  })

  it('RIGHT-04: needs no mailbox where a colleague has seen who asks, which is on record', async () => {
    const { email } = await person()
    const { id } = await entered({ kind: 'access', came: 'phone', email, check: 'called-back' })
    expect(await stored(id)).toMatchObject({
      status: 'received',
      proof: { by: 'check', how: 'called-back', staff: 'berit' },
    })
  })

  it('RIGHT-04: of somebody whom we cannot find says so, takes what else they can be found by, and ends as it must', async () => {
    const { email, contactId } = await person()
    const stranger = parse(addressSchema, 'nobody-here@example.org')
    const { id, contactId: nobody } = await entered({ kind: 'access', email: stranger })
    expect(nobody).toBeUndefined()
    expect(letters).toEqual([])
    // Nobody can be told of it, so nothing is put off.
    expect((await step(id, { step: 'extend', reasons: 'Ferie' })).kind).toBe('not-now')
    expect((await step(id, { step: 'identify', email: stranger })).kind).toBe('not-now')
    await step(id, { step: 'identify', words: 'Var på messen i mai' })
    await step(id, { step: 'identify', words: 'Heter nå noe annet', email })
    expect(await stored(id)).toMatchObject({ status: 'awaiting-identity', contactId })
    expect(await said(id)).toEqual({ entered: 'Var på messen i mai\nHeter nå noe annet' })
    expect(letters).toHaveLength(1)
    // Whose it is, is not moved to another.
    const other = await person()
    expect((await step(id, { step: 'identify', email: other.email })).kind).toBe('not-now')
  })

  it.each([
    ['ahead', () => days(1)],
    ['years ago', () => days(-400)],
  ])('refuses a date that lies %s', async (_, receivedAt) => {
    const entry = { kind: 'access', came: 'mail', receivedAt: receivedAt().toISOString() } as const
    expect((await registerRequest(desk, 'berit', entry)).kind).toBe('no-such-time')
  })

  it('is not entered for somebody who is being erased', async () => {
    const { email, contactId } = await person()
    await beginErasure(store, contactId, { requests: desk.requests, now })
    const entry = { kind: 'access', came: 'mail', email, words: 'x' } as const
    expect((await registerRequest(desk, 'berit', entry)).kind).toBe('being-erased')
  })

  it('SEC-13: when the queue of letters is down it is entered, and the letter is asked for again', async () => {
    const { email } = await person()
    const down = { ...desk, letters: () => Promise.reject(new Error('down')) }
    const outcome = await registerRequest(down, 'berit', { kind: 'access', came: 'mail', email })
    if (outcome.kind !== 'registered') throw new Error(outcome.kind)
    expect(outcome.letter).toBe(false)
    const { id } = outcome.request
    expect(await step(id, { step: 'letter', about: 'standing' })).toMatchObject({ letter: true })
    expect((await step(id, { step: 'letter', about: 'extension' })).kind).toBe('not-now')
    expect((await trail(id)).map(({ action }) => action).sort()).toEqual([
      'request-letter',
      'request-registered',
    ])
  })
})

describe('what a colleague does about it', () => {
  it('RIGHT-02: puts it off once, by two calendar months, with reasons and notice, within the first', async () => {
    const { email } = await person()
    const { id, receivedAt } = await entered({ kind: 'access', email })
    letters.length = 0
    const outcome = await step(id, { step: 'extend', reasons: 'Mange arkiver' })
    const dueAt = monthsAfter(new Date(receivedAt), 3).toISOString()
    expect(outcome).toMatchObject({ kind: 'taken', letter: true, request: { dueAt } })
    expect(letters).toEqual([{ kind: 'request', about: 'extension', requestId: id }])
    expect(await said(id)).toEqual({ extend: 'Mange arkiver' })
    expect((await step(id, { step: 'extend', reasons: 'Igjen' })).kind).toBe('not-now')

    const late = await entered({ kind: 'access', email, receivedAt: days(-40).toISOString() })
    expect((await step(late.id, { step: 'extend', reasons: 'For sent' })).kind).toBe('not-now')
  })

  it('RIGHT-03: refuses on a ground of the law, with reasons, and a letter goes', async () => {
    const { email } = await person()
    const { id } = await entered({ kind: 'access', email, words: 'Alt dere har' })
    letters.length = 0
    await step(id, { step: 'refuse', ground: 'excessive', reasons: 'Den tiende denne uken' })
    expect(await stored(id)).toMatchObject({ status: 'refused', ground: 'excessive' })
    expect(letters).toEqual([{ kind: 'request', about: 'standing', requestId: id }])
    expect(await said(id)).toMatchObject({ refuse: 'Den tiende denne uken' })
    // What was written goes when the request goes.
    for await (const item of scanTable(store.tables.db, store.tables.keys)) {
      if (item.pk === `R#${id}`) expect(item.ttl).toBeGreaterThan(now.getTime() / 1000)
    }
    expect((await step(id, { step: 'complete', answer: 'Likevel' })).kind).toBe('not-now')
  })

  it('TRACK-11: never weighs an objection; it may only not know whose it is', async () => {
    const { email } = await person()
    const { id } = await entered({ kind: 'objection', to: 'calls', email })
    const weighed = { step: 'refuse', ground: 'unfounded', reasons: 'Nei' } as const
    expect((await step(id, weighed)).kind).toBe('not-now')
    const unknown = { step: 'refuse', ground: 'not-identified', reasons: 'Hvem?' } as const
    expect((await step(id, unknown)).kind).toBe('taken')
  })

  it('RIGHT-01: answers in words what words can answer, and nothing that is still to be done', async () => {
    const { email } = await person()
    const access = await entered({ kind: 'access', email, check: 'in-person' })
    await step(access.id, { step: 'complete', answer: 'Her er svaret' })
    expect(await stored(access.id)).toMatchObject({ status: 'done', outcome: 'answered' })
    const erasure = await entered({ kind: 'erasure', email, check: 'in-person' })
    expect((await step(erasure.id, { step: 'complete', answer: 'Gjort' })).kind).toBe('not-now')
    const nobody = await entered({ kind: 'erasure', check: 'signed-letter' })
    const answer = { step: 'complete', answer: 'Vi har ingenting om deg' } as const
    expect((await step(nobody.id, answer)).kind).toBe('taken')
  })

  it('RIGHT-04: carries out nothing for whom nobody knows', async () => {
    const { email } = await person()
    for (const kind of ['access', 'erasure', 'restriction', 'objection'] as const) {
      const { id } = await entered({ kind, email })
      expect((await step(id, { step: 'carry-out' })).kind, kind).toBe('not-now')
      expect(await carryOut(store, id, outside())).toBe('over')
    }
    expect(work).toEqual([])
  })

  it('RIGHT-01: a copy is begun, and mailed to their own mailbox', async () => {
    const { email, contactId } = await person()
    const { id } = await entered({ kind: 'access', email })
    await step(id, { step: 'prove', check: 'known-customer' })
    await step(id, { step: 'carry-out' })
    expect((await stored(id)).status).toBe('in-progress')
    expect(work).toEqual([{ kind: 'access', contactId, requestId: id }])
  })

  it.each([
    ['objection', 'object'],
    ['restriction', 'restrict'],
  ] as const)('%s is carried out as the person’s own act, through staff', async (kind, act) => {
    const { email, contactId } = await person()
    const { id } = await entered({ kind, email, check: 'called-back', words: 'Nå!' })
    await step(id, { step: 'carry-out' })
    expect(work).toEqual([{ kind: 'carry-out', requestId: id }])
    expect(await carryOut(store, id, outside())).toBe('carried-out')
    expect(await carryOut(store, id, outside())).toBe('carried-out')
    expect(await stored(id)).toMatchObject({ status: 'done', outcome: 'carried-out' })
    const acts: unknown[] = []
    for await (const item of scanTable(store.tables.db, store.tables.ledger)) {
      if (item.pk === `C#${contactId}` && item.kind === act) acts.push(item.evidence)
    }
    expect(acts).toEqual([{ actor: 'person', method: 'staff', requestId: id }])
  })

  it('RIGHT-11: an erasure leaves neither what was written nor its key, wherever it was cut off', async () => {
    const { email, contactId } = await person()
    const other = await entered({ kind: 'access', email, words: 'hemmelig' })
    const { id } = await entered({ kind: 'erasure', email, check: 'in-person', words: 'også' })
    const registered = await stored(id)
    const nothing = async () => {}
    await beginErasure(store, contactId, { requests: nothing, now, registered })
    expect(await carryOut(store, id, outside())).toBe('carried-out')
    expect(await stored(id)).toMatchObject({ status: 'done', outcome: 'carried-out' })
    for (const each of [id, other.id]) {
      expect((await stored(each)).contactId).toBeUndefined()
      expect((await stored(each)).said).toBeUndefined()
      for await (const { pk } of scanTable(store.tables.db, store.tables.keys)) {
        expect(pk).not.toBe(`R#${each}`)
      }
    }
    await fulfilErasure(store, { contactId, requestId: id }, outside())
  })

  it('SEC-13: of two who act at once one has done it, and each step done has its line, with ids only', async () => {
    const { email } = await person()
    const { id } = await entered({ kind: 'access', email, check: 'in-person' })
    const both = await Promise.all([
      step(id, { step: 'complete', answer: 'Svar' }),
      step(id, { step: 'refuse', ground: 'excessive', reasons: 'Grunner' }),
    ])
    expect(both.map(({ kind }) => kind).sort()).toEqual(['not-now', 'taken'])
    const lines = await trail(id)
    expect(lines).toHaveLength(2)
    expect(lines.find(({ action }) => action === 'request-registered')).toMatchObject({
      staff: 'berit',
      details: { kind: 'access', came: 'letter', check: 'in-person', identified: true },
    })
    expect(JSON.stringify(lines)).not.toMatch(/Svar|Grunner|@/)
  })
})

describe('a restriction', () => {
  async function restricted() {
    const someone = await person()
    const request = await restrict(store, someone.contactId, { lift: false, now })
    if (request === undefined) throw new Error('not restricted')
    return { ...someone, id: request.id }
  }
  const isRestricted = async (contactId: string) =>
    (await readOpenContact(store, contactId))?.restricted
  /** As the letter notes it when it has left. */
  async function told(id: string) {
    const before = await stored(id)
    const after = stepped(before, 'tell-lift', { at: now, liftToldAt: now.toISOString() })
    if (after === undefined) throw new Error('not told')
    await transact(store.tables.db, stepWrites(store, 'tell-lift', { before, after }))
  }

  it('RIGHT-10: is lifted only after the letter that says why has left', async () => {
    const { contactId, id } = await restricted()
    expect((await step(id, { step: 'lift' })).kind).toBe('not-now')
    await step(id, { step: 'tell-lift', reasons: 'Saken er avgjort' })
    expect(letters).toEqual([{ kind: 'request', about: 'lifting', requestId: id }])
    expect((await step(id, { step: 'lift' })).kind).toBe('not-now')
    expect(await liftRestriction(store, id, now)).toBe('over')
    await told(id)
    await step(id, { step: 'lift' })
    expect(work).toEqual([{ kind: 'lift', requestId: id }])
    expect(await isRestricted(contactId)).toBe(true)
    expect(await liftRestriction(store, id, now)).toBe('lifted')
    expect(await liftRestriction(store, id, now)).toBe('over')
    expect(await isRestricted(contactId)).toBe(false)
  })

  it('RIGHT-10: stays where its person has asked for it once more since', async () => {
    const { contactId, id } = await restricted()
    await step(id, { step: 'tell-lift', reasons: 'Saken er avgjort' })
    await told(id)
    await restrict(store, contactId, { lift: false, now: days(1) })
    expect(await liftRestriction(store, id, days(2))).toBe('over')
    expect(await isRestricted(contactId)).toBe(true)
  })
})

describe('the list of what is open', () => {
  it('RIGHT-01, RIGHT-02: has pages, in the order of what is due, and misses none', async () => {
    for (const ago of [5, 30, 1, 90, 12]) {
      await entered({ kind: 'access', receivedAt: days(-ago).toISOString() })
    }
    const all = (await openRequests(store.tables, { limit: 1000, now })).items
    const paged: string[] = []
    let after: string | undefined
    do {
      const page = await openRequests(store.tables, { limit: 3, now, after })
      expect(page.items.length).toBeLessThanOrEqual(3)
      paged.push(...page.items.map(({ id }) => id))
      after = page.next
    } while (after !== undefined)
    expect(paged).toEqual(all.map(({ id }) => id))
    expect(all.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).sort())
    expect(all.length).toBeGreaterThanOrEqual(5)
  })
})

describe('what is due', () => {
  it('RIGHT-02: is counted a week ahead, what is late with it, and not when it is answered', async () => {
    const before = await dueRequests(store.tables, now)
    const ago = (count: number) => days(-count).toISOString()
    const late = await entered({ kind: 'access', receivedAt: ago(40), check: 'in-person' })
    await entered({ kind: 'access', receivedAt: ago(26) })
    await entered({ kind: 'access', receivedAt: ago(2) })
    const counted = async () => {
      const { 'requests:due': due, 'requests:late': over } = await dueRequests(store.tables, now)
      return [due - before['requests:due'], over - before['requests:late']]
    }
    expect(await counted()).toEqual([2, 1])
    await step(late.id, { step: 'complete', answer: 'Her er den' })
    expect(await counted()).toEqual([1, 0])
    const { run } = await swept(store, { now, mode: 'dry-run' })
    expect(run?.counts).toMatchObject(await dueRequests(store.tables, now))
  })
})
