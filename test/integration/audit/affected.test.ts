import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomId } from '../../../functions/platform/id.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { affectedBy, type Leak, leakOf } from '../../../infra/audit/affected.ts'
import { type Office, openOffice } from '../audience/office.ts'

let office: Office
let people: string[]
beforeAll(async () => {
  office = await openOffice()
  people = await Promise.all(Array.from({ length: 4 }, () => office.add({ name: 'Kari' })))
  people.sort()
})
afterAll(() => office.stop())

const affected = (leak: Leak) =>
  affectedBy(
    { store: office.store, files: office.work.files, journal: office.work.files },
    leak,
    new Date(),
  )

describe('who is affected', () => {
  it('SEC-17: by an export, as its member lists say, and with which columns', async () => {
    const away = await office.add({ given: ['events'] })
    const exportId = await office.run()
    const found = await affected({ kind: 'export', exportId })
    expect(found.people).toEqual(people)
    expect(found.people).not.toContain(away)
    expect(found.data).toEqual(expect.arrayContaining(['email', 'name', 'language', 'since']))
    await expect(affected({ kind: 'export', exportId: randomId() })).rejects.toThrow('no such')
  })

  it('SEC-17: by a key, all whose door it opens; a ring key those whose own key it wraps', async () => {
    const ring = await affected({ kind: 'key', purpose: 'ring', keyId: 1 })
    const session = await affected({ kind: 'key', purpose: 'session', keyId: 1 })
    for (const found of [ring, session]) {
      expect(found.people).toEqual(expect.arrayContaining(people))
      expect(found.data).toContain('identity')
    }
    expect((await affected({ kind: 'key', purpose: 'ring', keyId: 9 })).people).toEqual([])
    expect(await affected({ kind: 'key', purpose: 'origin', keyId: 1 })).toMatchObject({
      data: [],
      people: [],
    })
  })

  it('SEC-17: by a campaign, all to whom it was to go, each once', async () => {
    const { db, main } = office.store.tables
    const [one = '', two = ''] = people
    for (const [pk, contactId] of [
      ['K#abc#00', one],
      ['K#abc#01', two],
      ['K#abcd#00', people[2]],
    ]) {
      const Item = toItem({ pk, sk: `M#${contactId}`, contactId })
      await db.send(new PutItemCommand({ TableName: main, Item }))
    }
    expect((await affected({ kind: 'campaign', campaignId: 'abc' })).people).toEqual([one, two])
  })

  it('takes one thing that got out, and no other words for it', () => {
    const exportId = randomId()
    expect(leakOf({ export: exportId })).toEqual({ kind: 'export', exportId })
    expect(leakOf({ key: 'ring/2' })).toEqual({ kind: 'key', purpose: 'ring', keyId: 2 })
    expect(leakOf({ campaign: 'abc' })).toEqual({ kind: 'campaign', campaignId: 'abc' })
    for (const none of [{}, { key: 'x/1' }, { key: 'ring' }, { export: 'x' }]) {
      expect(leakOf(none)).toBeUndefined()
    }
    expect(leakOf({ export: exportId, key: 'ring/2' })).toBeUndefined()
  })
})
