import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disclosuresOf } from '../../../functions/audience/disclosures.ts'
import { downloadExport } from '../../../functions/audience/export-download.ts'
import { change } from '../../../functions/contact/change.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { object } from '../../../functions/rights/object.ts'
import { policy } from '../../../policy.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.stop())

const leave = (contactId: string) =>
  object(office.store, contactId, { to: 'direct-marketing', now: new Date() })
const fetchFile = (exportId: string, now = new Date()) => {
  const { read, work } = office
  const link = async (key: string) => key
  return downloadExport({ ...work, read, link, clock: () => now }, 'kari', exportId)
}
const disclosed = (contactId: string, now = new Date()) =>
  disclosuresOf({ ...office.store, read: office.read }, contactId, now)

describe('the download of a file that somebody has left', () => {
  it('EXP-04 waits for a file without them: new manifest, new asOf, same expiry', async () => {
    const [leaver, stayer] = [await office.add(), await office.add({ email: 'stay@example.org' })]
    const id = await office.run()
    const before = await office.result(id)
    expect(await fetchFile(id)).toMatchObject({ kind: 'link', url: before.manifest.file, rows: 2 })

    await leave(leaver)
    expect(await fetchFile(id)).toEqual({ kind: 'washing' })
    expect(await fetchFile(id)).toEqual({ kind: 'washing' })
    expect(office.queue).toHaveLength(2)
    await office.workOff()

    const after = await office.result(id)
    expect(await fetchFile(id)).toMatchObject({ kind: 'link', url: after.manifest.file, rows: 1 })
    expect(after.contactIds).toEqual([stayer])
    expect(after.rows).toHaveLength(1)
    expect(after.sha256).toBe(after.manifest.sha256)
    expect(Date.parse(after.manifest.asOf)).toBeGreaterThan(Date.parse(before.manifest.asOf))
    expect(after.manifest.expiresAt).toBe(before.manifest.expiresAt)
    // Whoever still holds a link to the first file gets nothing by it; who was in it stays known.
    const keys = await office.keysOf(id)
    expect(keys).not.toContain(before.manifest.file)
    expect(keys).toContain(before.manifest.members)
    expect((await office.audit(id)).map(({ action }) => action)).toEqual([
      'export-requested',
      'export-finished',
      'export-downloaded',
      'export-washed',
      'export-downloaded',
    ])
    await leave(stayer)
  })

  it('does not wait for whoever left before, or left something else', async () => {
    const [early, other] = [
      await office.add({ given: ['events'] }),
      await office.add({ given: ['events', 'calls'] }),
    ]
    await leave(early)
    const id = await office.run({ topic: 'events' })
    const at = new Date()
    await change(office.store, other, () => ({
      at,
      entries: [
        {
          kind: 'withdraw',
          at,
          ledgerId: orderedId(at),
          noticeVersion: 1,
          changes: [{ purpose: 'calls', state: 'withdrawn' }],
          evidence: { actor: 'person', method: 'preference-page' },
        },
      ],
    }))
    expect(await fetchFile(id)).toMatchObject({ kind: 'link', rows: 1 })
  })

  it('RIGHT-09 waits for a file without whoever is corrected, too', async () => {
    const wrong = await office.add({ given: ['webinars'], name: 'Kari' })
    const id = await office.run({ topic: 'webinars' })
    await change(office.store, wrong, ({ identity }) => ({
      at: new Date(),
      entries: [],
      identity: { ...identity, name: 'Kari Nordmann' },
    }))
    expect(await fetchFile(id)).toEqual({ kind: 'washing' })
    await office.workOff()
    expect(await fetchFile(id)).toMatchObject({ kind: 'link', rows: 0 })
    const again = await office.result(await office.run({ topic: 'webinars' }))
    expect(again.rows).toMatchObject([{ name: 'Kari Nordmann' }])
  })

  it('when two wash it at the same time, one file counts and the other is gone', async () => {
    const [leaver, stayer] = [
      await office.add({ given: ['product-news'] }),
      await office.add({ given: ['product-news'] }),
    ]
    const id = await office.run({ topic: 'product-news' })
    await leave(leaver)
    await fetchFile(id)
    const [wash] = office.queue.splice(0)
    if (wash === undefined) throw new Error('nothing to wash')
    await Promise.all([office.take(wash), office.take(wash)])
    await office.take(wash)
    expect((await office.result(id)).contactIds).toEqual([stayer])
    const files = (await office.keysOf(id)).filter((key) => key.includes('audience.'))
    expect(files).toHaveLength(1)
  })
})

describe('EXP-04 RIGHT-06 who was given somebody', () => {
  it('are the recipients that fetched a file with them in it, by name, as long as they may use it', async () => {
    const person = await office.add({ given: ['newsletter'] })
    const id = await office.run({ recipient: 'event-desk' })
    expect(await disclosed(person)).toEqual([])
    const at = new Date()
    await fetchFile(id, at)
    const disclosure = {
      exportId: id,
      recipient: { id: 'event-desk', name: 'Fjell Event Desk AS', country: 'Norway' },
      topic: 'newsletter',
      purpose: 'newsletter',
      at: at.toISOString(),
    }
    expect(await disclosed(person)).toEqual([disclosure])

    await leave(person)
    await fetchFile(id)
    await office.workOff()
    await fetchFile(id)
    expect(await disclosed(person)).toEqual([disclosure])
    expect(await disclosed(await office.add())).toEqual([])
    const days = policy.retention.recall
    expect(await disclosed(person, new Date(at.getTime() + days * 86_400_000))).toEqual([])
  })

  it('are not those whose first file was written after the person had left', async () => {
    const person = await office.add({ given: ['newsletter'] })
    const id = await office.run({ recipient: 'crm' })
    await leave(person)
    await fetchFile(id)
    await office.workOff()
    expect(await fetchFile(id)).toMatchObject({ kind: 'link' })
    expect(await disclosed(person)).toEqual([])
  })
})
