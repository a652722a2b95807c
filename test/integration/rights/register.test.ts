import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openRequests,
  readOwnRequest,
  readOwnRequests,
  readRequest,
  requestsOf,
} from '../../../functions/contact/request-record.ts'
import { transact } from '../../../functions/platform/table.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { requestPuts, stepWrites } from '../../../functions/rights/register.ts'
import { stepped } from '../../../functions/rights/request-steps.ts'
import { scanTable } from '../../../infra/audit/reader.ts'
import { audited, brokenOf } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { create } from '../../support/people.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(async () => {
  expect(brokenOf(await audited(store))).toEqual([])
  await store.stop()
})

const nothing = async () => {}
async function contact(): Promise<string> {
  const created = await create(store, { at: new Date() })
  if (created.kind !== 'created') throw new Error('nobody was created')
  return created.contact.contactId
}
const entered = async (contactId: string, id: string) => {
  const at = new Date()
  const request = {
    id,
    kind: 'access',
    status: 'received',
    came: 'letter',
    receivedAt: at.toISOString(),
    dueAt: new Date(at.getTime() + 30 * 86_400_000).toISOString(),
    contactId,
  } as const
  expect((await transact(store.tables.db, requestPuts(store, request))).kind).toBe('written')
  return request
}
const allOpen = async (now: Date) => (await openRequests(store.tables, { limit: 100, now })).items
let ids = 0
const nextId = () => `019ab5d2-3c00-7000-8000-${String(ids++).padStart(12, '0')}`

describe('the register', () => {
  it('RIGHT-01: shows an objection to its person as done at once, and to nobody else', async () => {
    const [kari, ola] = [await contact(), await contact()]
    const now = new Date()
    const request = await object(store, kari, { to: 'profiling', now })
    const id = request?.id ?? ''

    expect(request).toMatchObject({ kind: 'objection', detail: 'profiling', status: 'done' })
    expect(await readOwnRequest(store.tables, kari, { id, now })).toEqual(request)
    expect(await readOwnRequest(store.tables, ola, { id, now })).toBeUndefined()
    expect(await readOwnRequests(store.tables, kari, now)).toEqual([request])
    expect(await allOpen(now)).toEqual([])
    const month = now.toISOString().slice(0, 7)
    const all = await requestsOf(store.tables, month, { limit: 100, now })
    expect(all.items).toContainEqual(request)
  })

  it('RIGHT-02: lists what is open in the order in which it is due, an extension included', async () => {
    const now = new Date()
    const [first, second] = [
      await entered(await contact(), nextId()),
      await entered(await contact(), nextId()),
    ]
    const after = stepped(first, 'extend', { at: now })
    if (after === undefined) throw new Error('could not be extended')
    const writes = stepWrites(store, 'extend', { before: first, after })
    await transact(store.tables.db, writes)

    const open = await allOpen(now)
    expect(open.map(({ id }) => id)).toEqual([second.id, first.id])
    expect((await transact(store.tables.db, writes)).kind).toBe('refused')
    for (const { id } of open) {
      const before = await readRequest(store.tables, id, now)
      const closed = before && stepped(before, 'refuse', { at: now, ground: 'excessive' })
      if (before === undefined || closed === undefined) throw new Error('could not be refused')
      await transact(store.tables.db, stepWrites(store, 'refuse', { before, after: closed }))
    }
    expect(await allOpen(now)).toEqual([])
  })

  it('of two steps taken at the same moment one wins', async () => {
    const now = new Date()
    const before = await entered(await contact(), nextId())
    const outcomes = await Promise.all(
      (['refuse', 'carry-out'] as const).map((step) => {
        const after = stepped(before, step, { at: now })
        if (after === undefined) throw new Error('not a step')
        return transact(store.tables.db, stepWrites(store, step, { before, after }))
      }),
    )
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['refused', 'written'])
  })

  it('RIGHT-01, RIGHT-11: after an erasure it shows what was asked and done, and no longer by whom', async () => {
    const kari = await contact()
    const now = new Date()
    const open = await entered(kari, nextId())
    await object(store, kari, { to: 'calls', now })
    const erasure = await beginErasure(store, kari, { requests: nothing, now })
    const again = await beginErasure(store, kari, { requests: nothing, now })
    expect(again?.id).toBe(erasure?.id)
    const requestId = erasure?.id ?? ''
    const erasing = { contactId: kari, requestId }
    await fulfilErasure(store, erasing, { letters: nothing, files: memoryFiles(), now })

    expect(await readRequest(store.tables, requestId, now)).toMatchObject({
      kind: 'erasure',
      status: 'done',
      outcome: 'carried-out',
    })
    expect(await readRequest(store.tables, open.id, now)).toMatchObject({
      status: 'done',
      outcome: 'erased',
    })
    for await (const item of scanTable(store.tables.db, store.tables.main)) {
      // The feed is for those who must stop using a file, and forgets by itself.
      if (!String(item.pk).startsWith('O#')) expect(JSON.stringify(item)).not.toContain(kari)
    }
    expect(await allOpen(now)).toEqual([])
  })
})
