import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { acknowledge } from '../../../functions/audience/acknowledge.ts'
import { deltaOf } from '../../../functions/audience/delta.ts'
import { downloadExport } from '../../../functions/audience/export-download.ts'
import { readExport } from '../../../functions/audience/export-record.ts'
import { exportStatus } from '../../../functions/audience/export-status.ts'
import { recallDepartures } from '../../../functions/audience/recall.ts'
import { readSettled, saveSettled } from '../../../functions/audience/recall-record.ts'
import { change } from '../../../functions/contact/change.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { policy } from '../../../policy.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
let people: string[]
let id: string
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.stop())

/** Three people in a file that its recipient has fetched. */
beforeEach(async () => {
  people = await Promise.all([1, 2, 3].map(() => office.add({ given: ['events'], name: 'Kari' })))
  id = await office.run({ topic: 'events' })
  const link = async (key: string) => key
  await downloadExport({ ...office.work, read: office.read, link }, 'kari', id)
  // As the last walk left it; another test's went far ahead.
  await saveSettled(office.store.tables, minutes(-15))
  return async () => void (await Promise.all(people.map(leave)))
})

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000)
const leave = (contactId: string) =>
  object(office.store, contactId, { to: 'direct-marketing', now: new Date() })
const deskAt = (now: Date) => ({ ...office.store, read: office.read, clock: () => now })
/** The walk as the clock would start it that many minutes from now. */
const walk = (later: number) => recallDepartures(deskAt(minutes(later)))
const refsOf = async () => {
  const { members } = await office.result(id)
  return new Map(members.map(({ contactId, ref }) => [contactId, ref]))
}
async function delta(cursor?: string, now = new Date()) {
  const answer = await deltaOf(deskAt(now), id, cursor)
  if (answer.kind !== 'changes') throw new Error(answer.kind)
  return answer
}
const statusAt = async (now: Date) => {
  const stored = await readExport(office.store.tables, id, now)
  if (stored === undefined) throw new Error('no export')
  return (await exportStatus(office.store.tables, stored, now)).recalls
}

describe('EXP-04 whom a recipient must drop', () => {
  it('are listed the moment they leave, by ref alone, and again under a cursor once settled', async () => {
    const refs = await refsOf()
    expect((await delta()).changes).toEqual([])
    await leave(people[0] ?? '')
    const at = expect.any(String)
    const gone = { ref: refs.get(people[0] ?? ''), change: 'left', at }
    expect(await delta()).toMatchObject({ changes: [gone], cursor: undefined, more: false })

    expect(await walk(30)).toMatchObject({ overdue: 0 })
    const { changes, cursor } = await delta(undefined, minutes(30))
    expect(changes).toEqual([gone])
    await saveSettled(office.store.tables, new Date())
    await leave(people[1] ?? '')
    const next = await delta(cursor)
    expect(next.changes).toMatchObject([{ ref: refs.get(people[1] ?? ''), change: 'left' }])
    expect(JSON.stringify([changes, next])).not.toContain(people[0])
  })

  it('are those erased, too, whether the walk comes before the person is gone or after', async () => {
    const [contactId = ''] = people
    const ref = (await refsOf()).get(contactId)
    const requests = async () => {}
    const begun = await beginErasure(office.store, contactId, { requests, now: new Date() })
    await fulfilErasure(
      office.store,
      { contactId, requestId: begun?.id ?? '' },
      {
        letters: async () => {},
        files: memoryFiles(),
        now: new Date(),
      },
    )
    await walk(30)
    expect((await delta(undefined, minutes(30))).changes).toMatchObject([{ ref, change: 'left' }])
  })

  it('RIGHT-09 are told apart from those whom they must correct', async () => {
    const [contactId = ''] = people
    const ref = (await refsOf()).get(contactId)
    await change(office.store, contactId, ({ identity }) => ({
      at: new Date(),
      entries: [],
      identity: { ...identity, name: 'Kari Nordmann' },
    }))
    expect((await delta()).changes).toMatchObject([{ ref, change: 'corrected' }])
  })

  it('are kept once, however often the walk is broken off and run again', async () => {
    await Promise.all(people.map(leave))
    const from = await readSettled(office.store.tables)
    await walk(30)
    if (from === undefined) throw new Error('no walk has been')
    await saveSettled(office.store.tables, from)
    await walk(31)
    const { changes } = await delta(undefined, minutes(31))
    expect(changes).toHaveLength(3)
    expect(new Set(changes.map(({ ref }) => ref)).size).toBe(3)
  })

  it('are found when the walk starts late by days', async () => {
    await leave(people[2] ?? '')
    await walk(3 * 24 * 60)
    const ref = (await refsOf()).get(people[2] ?? '')
    expect((await delta(undefined, minutes(3 * 24 * 60))).changes).toMatchObject([{ ref }])
  })
})

describe('EXP-04 that a recipient follows', () => {
  const week = 7 * 24 * 60
  it('is acknowledged by the cursor, and overdue after a week', async () => {
    await leave(people[0] ?? '')
    await walk(30)
    expect(await statusAt(minutes(40))).toMatchObject({ waiting: 1, overdue: false })
    expect(await walk(week - 1)).toMatchObject({ overdue: 0 })
    const { overdue } = await walk(week + 1)
    expect(overdue).toBeGreaterThan(0)
    expect(await statusAt(minutes(week + 1))).toMatchObject({ waiting: 1, overdue: true })

    const { cursor = '' } = await delta(undefined, minutes(30))
    const desk = { ...office.work }
    expect(await acknowledge(desk, 'kari', { exportId: id, cursor })).toEqual({
      kind: 'acknowledged',
    })
    expect(await statusAt(minutes(week + 1))).toMatchObject({ waiting: 0, overdue: false })
    expect(await walk(week + 2)).toMatchObject({ overdue: overdue - 1 })
    expect((await office.audit(id)).at(-1)).toMatchObject({
      action: 'recalls-acknowledged',
      staff: 'kari',
      details: { recipient: 'event-desk' },
    })
  })

  it('is refused for a cursor that no answer gave: it would cover what is yet to come', async () => {
    const invented = Buffer.from(`2999-01-01T00:00:00.000Z#${id}`).toString('base64url')
    for (const cursor of [invented, 'x', '']) {
      expect(await acknowledge(office.work, 'kari', { exportId: id, cursor })).toEqual({
        kind: 'bad-cursor',
      })
    }
    expect(await deltaOf(deskAt(new Date()), id, 'x')).toEqual({ kind: 'bad-cursor' })
  })

  it('ends with the time for which the file may be used', async () => {
    const after = new Date(Date.now() + policy.retention.recall * 86_400_000)
    expect(await deltaOf(deskAt(after), id, undefined)).toEqual({ kind: 'expired' })
  })
})
