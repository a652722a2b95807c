import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../../functions/consent/choices.ts'
import { contactItemKey } from '../../../functions/contact/contact.ts'
import { type ContactStore, readContact } from '../../../functions/contact/contacts.ts'
import { pendingLetterPuts } from '../../../functions/contact/pending-letter.ts'
import { transact } from '../../../functions/platform/table.ts'
import { enter } from '../../../functions/rights/enter.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { expire, expiryOf } from '../../../functions/rights/expiry.ts'
import { object } from '../../../functions/rights/object.ts'
import { changePreferences } from '../../../functions/subscription/change-preferences.ts'
import { exchange } from '../../../functions/subscription/sessions.ts'
import { scanTable } from '../../../infra/audit/reader.ts'
import { policy } from '../../../policy.ts'
import { dawn, day, given, later, objected, withdrawn } from '../../support/acts.ts'
import { audited, brokenOf, vandal } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { type Fault, startWire } from '../../support/e2e-wire.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { addressOf, create, nextIdentity, tracesOf } from '../../support/people.ts'
import { type Driven, type Swept, swept } from '../../support/swept.ts'

type Store = ContactStore & { endpoint: string; stop: () => Promise<void> }
let store: Store
beforeAll(async () => {
  store = await startContactStore()
})
afterEach(() => vandal(store).clear())
afterAll(() => store.stop())

const silence = later(policy.retention.inactiveContact * day)
const send = async () => {}

async function person(...changes: Change[]): Promise<{ contactId: string; addressKey: string }> {
  const created = await create(store, { identity: nextIdentity({ name: 'Kari' }), changes })
  if (created.kind !== 'created') throw new Error('nobody came of it')
  return created.contact
}
const run = (over: Partial<Driven> = {}, of: ContactStore = store): Promise<Swept> =>
  swept(of, { now: silence, ...over })

/** All that a run asks for: nothing but erasures. */
function erasuresIn(requests: Swept['requests']) {
  return requests.flatMap((message) => {
    if ('contactId' in message) return [message]
    throw new Error(`a run asked for ${message.kind}`)
  })
}

/** Everything that a run asked for, done. */
async function carriedOut(
  { requests }: Swept,
  now = new Date(silence.getTime() + 1),
): Promise<void> {
  for (const message of erasuresIn(requests)) {
    await fulfilErasure(store, message, { letters: send, files: memoryFiles(), now })
  }
}
const left = async (...ids: string[]): Promise<string[]> => {
  const found: string[] = []
  for (const table of ['main', 'keys'] as const) {
    for await (const item of scanTable(store.tables.db, store.tables[table])) {
      const text = JSON.stringify(item)
      found.push(...ids.filter((id) => text.includes(id)).map(() => `${item.pk} ${item.sk ?? ''}`))
    }
  }
  return found
}
/** What the audit finds, but for what DynamoDB would have deleted in the years that a test skips. */
const broken = async (of: ContactStore = store, now = silence): Promise<string[]> =>
  brokenOf(await audited(of, { now })).filter((line) => !line.includes('past its time'))
const set = (contactId: string, attribute: string, value: unknown) =>
  vandal(store).set('main', contactItemKey(contactId), attribute, value)

describe('somebody of whom nothing was heard (SUPP-07)', () => {
  it('is forgotten whole when the period is over, and not a day before', async () => {
    const { contactId, addressKey } = await person(given('newsletter'))
    const early = await run({ now: new Date(silence.getTime() - day) })
    expect([early.requests, early.run?.counts['inactive-contact:done']]).toEqual([[], undefined])

    const late = await run()
    expect(late.requests).toEqual([{ kind: 'lapse', contactId }])
    expect(late.run?.counts).toMatchObject({ 'seen:contact': 1, 'inactive-contact:done': 1 })
    const { memberships, feed } = await tracesOf(store, contactId)
    expect(memberships).toEqual({})
    expect(feed).toEqual([])
    await carriedOut(late)
    // An import or a form may meet them again as anybody: silence was no objection (SUPP-01).
    expect(await left(addressKey)).toEqual([])
    const { entries } = await tracesOf(store, contactId)
    expect(entries.map(({ kind }) => kind)).toEqual(['confirm', 'lapse', 'erased'])
    expect(await broken()).toEqual([])
  })

  it('is not written to: nobody asked, so nobody is answered', async () => {
    await person(given('newsletter'))
    const result = await run()
    await carriedOut(result)

    expect(result.letters).toEqual([])
    expect(await left('L#')).toEqual([])
  })

  it.each<[string, (contactId: string) => Promise<unknown>]>([
    [
      'opened their page meanwhile',
      (contactId) =>
        exchange(
          store,
          { contactId, generation: 0, issued: dawn, nonce: '00'.repeat(8) },
          later(day),
        ),
    ],
    ['is restricted (RIGHT-10)', (contactId) => set(contactId, 'restricted', true)],
  ])('is left alone when the person %s', async (_, does) => {
    const { contactId } = await person(given('newsletter'))
    await does(contactId)
    const { requests } = await run()

    expect(requests).toEqual([])
    expect((await readContact(store.tables, contactId))?.erasing).toBeUndefined()
  })

  it('is left alone while a request of theirs waits for an answer', async () => {
    const { contactId } = await person(given('newsletter'))
    const wanted = { kind: 'access', status: 'in-progress', contactId, now: later(day) } as const
    await transact(store.tables.db, enter(store, wanted)?.writes ?? [])
    const { requests, run: ended } = await run()

    expect([requests, ended?.counts['inactive-contact:postponed']]).toEqual([[], 1])
  })

  it.each<[string, Change[], boolean]>([
    ['objected to everything', [objected('newsletter'), objected('direct-marketing')], true],
    ['stopped everything', [withdrawn('newsletter'), withdrawn('direct-marketing')], true],
    ['turned off all they had', [withdrawn('newsletter')], true],
    ['turned off one thing of two', [withdrawn('events'), given('newsletter')], false],
    ['only ever refused', [{ purpose: 'newsletter', state: 'refused' }], false],
  ])(
    'who %s: whether a keyed hash stays that keeps them unmailed (SUPP-01, CONS-15)',
    async (_, changes, stays) => {
      const { addressKey } = await person(...changes)
      await carriedOut(await run())
      const items = await left(addressKey)

      expect(items).toEqual(stays ? [`${addressKey} A`] : [])
      expect(await broken()).toEqual([])
    },
  )

  it('keeps the suppression that stood already, and its date', async () => {
    const identity = nextIdentity()
    const created = await create(store, { identity, changes: [given('newsletter')] })
    const contactId = created.kind === 'created' ? created.contact.contactId : ''
    await object(store, contactId, { to: 'direct-marketing', now: later(1) })
    await carriedOut(await run({ now: new Date(silence.getTime() + day) }))

    const { contactId: nobody, suppressions } = await addressOf(store, identity)
    expect([nobody, suppressions]).toEqual([undefined, { objection: later(1) }])
  })

  it('who asks to be deleted before it is done is answered, and their no is kept (RIGHT-12)', async () => {
    const { contactId, addressKey } = await person(given('newsletter'))
    const { requests } = await run()
    const next = new Date(silence.getTime() + 1)
    const asked = await beginErasure(store, contactId, { requests: send, now: next })
    const requestId = asked?.id ?? ''
    // The older message comes first, and steps back.
    const now = new Date(silence.getTime() + 2)
    for (const message of [
      ...erasuresIn(requests),
      { kind: 'erasure', contactId, requestId } as const,
    ]) {
      await fulfilErasure(store, message, { letters: send, files: memoryFiles(), now })
    }

    expect(await left(addressKey)).toEqual([`${addressKey} A`])
    expect(await left(`L#${requestId}`)).toHaveLength(2)
    const { entries } = await tracesOf(store, contactId)
    expect(entries.map(({ kind }) => kind)).toEqual(['confirm', 'lapse', 'erase', 'erased'])
    expect(await broken()).toEqual([])
  })

  it('are no more in one run than it may forget; the others wait for the next', async () => {
    for (let count = 0; count < 12; count++) await person(given('newsletter'))
    const first = await run({ mostLapses: 1 })
    const counts = first.run?.counts ?? {}

    // At least one for each of the parts that met somebody.
    expect(first.requests.length).toBeLessThanOrEqual(4)
    expect(first.requests).toHaveLength(counts['inactive-contact:done'] ?? 0)
    expect((counts['inactive-contact:postponed'] ?? 0) + first.requests.length).toBe(12)
  })
})

describe('a consent that has had its time (CONS-09)', () => {
  const shortly = (): ContactStore => ({
    ...store,
    policy: { ...store.policy, consent: { ...store.policy.consent, validityMonths: 12 } },
  })
  const nextYear = later(366 * day)

  it('ends in contact, index, history and feed, and resets no clock', async () => {
    const { contactId } = await person(given('newsletter'), given('profiling'))
    const { run: ended } = await run({ now: nextYear }, shortly())
    const contact = await readContact(store.tables, contactId)
    const { memberships, entries } = await tracesOf(store, contactId)

    expect(ended?.counts['expired-consent:done']).toBe(1)
    expect(Object.values(contact?.choices ?? {}).map(({ state }) => state)).toEqual([
      'expired',
      'expired',
    ])
    expect([memberships, contact?.actedAt]).toEqual([{}, dawn.toISOString()])
    const entry = entries.at(-1)
    expect(entry).toMatchObject({ kind: 'expire', evidence: { actor: 'system', method: 'sweep' } })
    expect(entry?.at.toISOString()).toBe('2097-11-02T09:00:00.000Z')
    expect(await broken(shortly(), nextYear)).toEqual([])
  })

  it('never beats a yes that the person gives meanwhile, whichever is written first (CONS-17)', async () => {
    const { contactId } = await person(given('newsletter'))
    const read = await readContact(store.tables, contactId)
    if (read === undefined) throw new Error('nobody there')
    const ends = expiryOf(shortly().policy, read, nextYear)
    const wishes = { newsletter: 'given' } as const
    const anew = { wishes, method: 'preference-page', now: nextYear } as const
    await changePreferences(store, contactId, anew)
    await expire(shortly(), { contactId, ends }, { now: nextYear, also: [] })

    expect((await readContact(store.tables, contactId))?.choices.newsletter?.state).toBe('given')
    expect(await broken(shortly(), nextYear)).toEqual([])
  })
})

describe('what was left half done', () => {
  it('an erasure whose message was lost is taken up after an hour (RIGHT-11)', async () => {
    const { contactId } = await person(given('newsletter'))
    const request = await beginErasure(store, contactId, { requests: send, now: dawn })
    const early = await run({ now: later(59 * 60_000) })
    const late = await run({ now: later(60 * 60_000) })

    expect(early.requests).toEqual([])
    expect(late.requests).toEqual([{ kind: 'erasure', contactId, requestId: request?.id }])
    expect(late.run?.counts['stuck-erasure:done']).toBe(1)
  })

  it('so is somebody who was being forgotten', async () => {
    const { contactId } = await person(given('newsletter'))
    await run()
    const { requests } = await run({ now: new Date(silence.getTime() + 3_600_000) })

    expect(requests).toEqual([{ kind: 'lapse', contactId }])
  })

  it('a notice that nobody was asked to send is sent (RIGHT-12)', async () => {
    const letter = { letterId: 'x', email: nextIdentity().email, language: 'nb' }
    await transact(store.tables.db, await pendingLetterPuts(store, letter, dawn))
    expect((await run({ now: later(60_000) })).letters).toEqual([])
    expect((await run({ now: later(2 * 3_600_000) })).letters).toEqual([
      { kind: 'erased', letterId: 'x' },
    ])
  })

  it('what DynamoDB should have deleted days ago is counted, whatever it is', async () => {
    const ttl = Math.floor(dawn.getTime() / 1000)
    await vandal(store).put('main', { pk: 'RATE#confirm', sk: 'x', ttl })
    expect((await run({ now: later(day) })).run?.counts.outlived).toBeUndefined()
    expect((await run({ now: later(3 * day) })).run?.counts['outlived:done']).toBe(1)
  })

  it('one that cannot be read keeps nobody else from being forgotten', async () => {
    const broken = await person(given('newsletter'))
    const whole = await person(given('newsletter'))
    await set(broken.contactId, 'generation', 'none')
    const { requests, run: ended } = await run()

    expect(requests).toEqual([{ kind: 'lapse', contactId: whole.contactId }])
    expect(ended?.counts.failed).toBe(1)
  })
})

describe('a suppression', () => {
  const finite = (): ContactStore => ({
    ...store,
    policy: { ...store.policy, retention: { ...store.policy.retention, objection: 1096 } },
  })

  it.each([
    ['for ever by default', false],
    ['as long as the policy says, where it says so', true],
  ])('is kept %s (SUPP-05)', async (_, ends) => {
    const { contactId, addressKey } = await person(given('newsletter'))
    const request = await beginErasure(store, contactId, { requests: send, now: dawn })
    const message = { contactId, requestId: request?.id ?? '' }
    await fulfilErasure(store, message, { letters: send, files: memoryFiles(), now: dawn })
    const of = ends ? finite() : store
    await run({ now: later(1095 * day) }, of)
    expect(await left(addressKey)).toEqual([`${addressKey} A`])
    const now = later(1096 * day)
    const { run: ended } = await run({ now }, of)

    expect(await left(addressKey)).toEqual(ends ? [] : [`${addressKey} A`])
    expect(ended?.counts['ended-suppression:done']).toBe(ends ? 1 : undefined)
  })

  it('stays while there is a contact that says the same', async () => {
    const { contactId, addressKey } = await person(given('newsletter'))
    await object(store, contactId, { to: 'direct-marketing', now: dawn })
    await set(contactId, 'actedAt', later(1000 * day).toISOString())
    await run({ now: later(1100 * day) }, finite())

    expect(await left(addressKey)).toContain(`${addressKey} A`)
    expect(await broken(finite(), later(1100 * day))).toEqual([])
  })
})

/** Every third call is broken, with the two after it: all of them fall at some time. */
const stride = 3

describe('a run', () => {
  // Of purposes alone, so that no membership is deleted under the walk: dynoxide ends a scan whose last
  // key is gone, where DynamoDB and its own emulator go on behind it.
  async function village(): Promise<void> {
    for (let count = 0; count < 5; count++) await person(given('profiling'))
    for (let count = 0; count < 5; count++)
      await set((await person()).contactId, 'actedAt', silence.toISOString())
  }

  it('done twice is done once', async () => {
    await village()
    const first = await run()
    await carriedOut(first)
    const second = await run()

    expect(first.run?.counts['inactive-contact:done']).toBe(5)
    const { 'seen:item': _, ...counts } = second.run?.counts ?? {}
    const none = { 'requests:due': 0, 'requests:late': 0 }
    expect([second.requests, counts]).toEqual([[], { 'seen:contact': 5, ...none }])
  })

  it('that only looks counts the same and changes nothing (dry run)', async () => {
    await village()
    const before = await left('C#')
    const { requests, run: ended } = await run({ mode: 'dry-run' })

    expect([requests, ended?.mode, ended?.counts['inactive-contact:due']]).toEqual([
      [],
      'dry-run',
      5,
    ])
    expect(await left('C#')).toEqual(before)
  })

  it('walks page by page, and goes on in another invocation when its time is over', async () => {
    await village()
    const { run: ended, requests } = await run({ pageItems: 2, walkMs: 0 })

    expect(requests).toHaveLength(5)
    expect(ended?.counts).toMatchObject({ 'seen:contact': 10, 'inactive-contact:done': 5 })
  })

  it.each<Fault>(['unreachable', 'answer-lost'])(
    'broken off at any of its calls goes on from there, and counts nothing twice: %s',
    async (fault) => {
      const wire = await startWire(store.endpoint)
      const db = new DynamoDBClient({
        endpoint: wire.url,
        region: 'eu-north-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      })
      const wired = { ...store, tables: { ...store.tables, db } }
      for (let cut = 1, calls = cut; cut <= calls; cut += stride) {
        const people = [await person(given('newsletter')), await person(withdrawn('events'))]
        wire.reset()
        wire.breaks((_, nth) => (nth >= cut && nth < cut + 3 ? fault : undefined))
        const broken = await run({}, wired)
        calls = wire.calls.length
        const next = await run({ now: new Date(silence.getTime() + 3_600_000) })

        const done = [broken.run, next.run].flatMap(
          (each) => each?.counts['inactive-contact:done'] ?? [],
        )
        // One that met the fault itself is left to the next run.
        const sum = done.reduce((one, other) => one + other, 0)
        expect(sum, `cut at call ${cut}`).toBe(people.length)
        const asked = new Set(
          erasuresIn([...broken.requests, ...next.requests]).map((each) => each.contactId),
        )
        expect([...asked].sort()).toEqual(people.map(({ contactId }) => contactId).sort())
        await vandal(store).clear()
      }
      db.destroy()
      await wire.stop()
    },
  )
})
