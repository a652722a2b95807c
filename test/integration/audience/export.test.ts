import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directMarketing, purposeIds } from '../../../functions/consent/policy.ts'
import { shardCount, shardOf } from '../../../functions/contact/membership.ts'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import { orderedId, randomId } from '../../../functions/platform/id.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { policy } from '../../../policy.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.stop())

const withdraw = (contactId: string, ...purposes: string[]) => {
  const at = new Date()
  return turnDown(office.store, contactId, {
    act: {
      kind: 'one-click',
      at,
      ledgerId: orderedId(at),
      noticeVersion: 1,
      changes: purposes.map((purpose) => ({ purpose, state: 'withdrawn' })),
    },
    evidence: { actor: 'mailbox-provider', method: 'one-click' },
    now: at,
  })
}

describe('an export of a mail topic', () => {
  it('EXP-01 EXP-02 holds everybody who may be mailed, once, each with the proof', async () => {
    const at = new Date('2026-11-20T10:00:00Z')
    const kari = await office.add({
      email: 'kari@example.org',
      name: 'Kari',
      given: ['events'],
      at,
    })
    const ola = await office.add({
      email: 'ola@example.org',
      given: ['events'],
      language: 'en',
      at,
    })
    const id = await office.run({ topic: 'events' })
    const { rows, manifest, members, contactIds, sha256 } = await office.result(id)

    expect(contactIds).toEqual([kari, ola].sort())
    const refOf = (contactId: string) => members.find((each) => each.contactId === contactId)?.ref
    const proof = { basis: 'consent', since: at.toISOString(), notice_version: '1' }
    expect(rows).toContainEqual({
      ref: refOf(kari),
      email: 'kari@example.org',
      name: 'Kari',
      language: 'nb',
      ...proof,
      ledger_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(rows).toContainEqual({
      ref: refOf(ola),
      email: 'ola@example.org',
      name: '',
      language: 'en',
      ...proof,
      ledger_id: expect.any(String),
    })
    expect(manifest).toMatchObject({
      version: 1,
      id,
      topic: 'events',
      purpose: 'events',
      recipient: 'event-desk',
      format: 'csv',
      requestedBy: 'kari',
      noticeVersion: policy.notice.version,
      rows: 2,
      sha256,
      columns: [
        'ref',
        'email',
        'name',
        'language',
        'basis',
        'since',
        'notice_version',
        'ledger_id',
      ],
      evidence: ['basis', 'since', 'notice_version', 'ledger_id'],
    })
    expect(manifest.shards).toHaveLength(shardCount)
    expect(manifest.shards.reduce((sum, shard) => sum + shard.rows, 0)).toBe(2)
    const { requestedAt, expiresAt } = manifest
    expect(Date.parse(String(expiresAt)) - Date.parse(String(requestedAt))).toBe(
      policy.retention.exports * 86_400_000,
    )
  })

  it('is ready with the numbers of its manifest, and has one file of each kind', async () => {
    const id = await office.run({ topic: 'events' })
    const { manifest } = await office.result(id)
    const { state, file } = await office.record(id)
    expect(state).toBe('ready')
    expect(file).toMatchObject({
      rows: manifest.rows,
      sha256: manifest.sha256,
      asOf: manifest.asOf,
    })
    const keys = await office.keysOf(id)
    const finished = keys.filter((key) => !key.includes('/shards/'))
    expect(finished.sort()).toEqual([manifest.file, manifest.members, file?.manifest].sort())
  })

  it('EXP-02 tells the ledger who asked for what, and how many rows it became', async () => {
    const id = await office.run({ topic: 'events' })
    const { manifest } = await office.result(id)
    const wanted = { topic: 'events', purpose: 'events', recipient: 'event-desk', format: 'csv' }
    expect(await office.audit(id)).toMatchObject([
      { action: 'export-requested', staff: 'kari', subject: id, details: wanted },
      {
        action: 'export-finished',
        staff: 'kari',
        subject: id,
        details: { ...wanted, rows: manifest.rows, sha256: manifest.sha256, asOf: manifest.asOf },
      },
    ])
  })

  it('is a whole file with a header when nobody may be addressed', async () => {
    const { text, manifest } = await office.result(await office.run({ topic: 'customer-offers' }))
    expect(text).toBe('ref,email,name,language,basis,since,notice_version,ledger_id\r\n')
    expect(manifest.rows).toBe(0)
    const lines = await office.result(
      await office.run({ topic: 'customer-offers', format: 'ndjson' }),
    )
    expect(lines.text).toBe('')
  })

  it('as NDJSON has the same people and types of its own', async () => {
    const csv = await office.result(await office.run({ topic: 'events' }))
    const ndjson = await office.result(await office.run({ topic: 'events', format: 'ndjson' }))
    expect(ndjson.contactIds).toEqual(csv.contactIds)
    const ola = ndjson.rows.find(({ email }) => email === 'ola@example.org')
    expect(ola).toMatchObject({ name: null, notice_version: 1, language: 'en' })
    expect(Object.keys(ola ?? {})).toEqual(csv.manifest.columns)
  })

  it('EXP-04 names the same person differently to each recipient', async () => {
    const member = await office.add()
    const [crm, desk] = [
      await office.result(await office.run({ recipient: 'crm' })),
      await office.result(await office.run({ recipient: 'event-desk' })),
    ]
    expect([crm.contactIds, desk.contactIds]).toEqual([[member], [member]])
    const refs = new Set([...crm.members, ...desk.members].map(({ ref }) => ref))
    expect(refs.size).toBe(2)
    await withdraw(member, 'newsletter')
  })

  it('EXP-03 holds no cell that a spreadsheet would run, and every row on one line', async () => {
    const names = [
      '=HYPERLINK("http://evil")',
      '+47',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r\n=1',
      '\0=1',
      '＝1',
      '"quoted", Ola',
      "O'Hara",
    ]
    await Promise.all(names.map((name) => office.add({ name, given: ['webinars'] })))
    const id = await office.run({ topic: 'webinars', recipient: 'event-desk' })
    const { rows, text } = await office.result(id)
    expect(rows.map(({ name }) => name).sort()).toEqual(
      [
        '\'=HYPERLINK("http://evil")',
        "'+47",
        "'-1",
        "'@SUM(A1)",
        "'=1",
        "'=1",
        "'=1",
        "'＝1",
        '"quoted", Ola',
        "O'Hara",
      ].sort(),
    )
    expect(text.split('\r\n')).toHaveLength(names.length + 2)
  })
})

describe('who is never in an export', () => {
  it('CONS-07 people who gave something else, or nothing', async () => {
    const member = await office.add()
    await office.add({ given: ['product-news', 'calls', 'open-tracking'] })
    await office.add({ given: [] })
    expect((await office.result(await office.run())).contactIds).toEqual([member])
  })

  it('people who turned off, objected, were erased or are being erased', async () => {
    const stays = await office.add({ given: ['product-news'], email: 'stays@example.org' })
    const [withdrew, objected, erasing, erased] = await Promise.all(
      [1, 2, 3, 4].map(() => office.add({ given: ['product-news'] })),
    )
    await withdraw(withdrew ?? '', 'product-news')
    await object(office.store, objected ?? '', { to: 'direct-marketing', now: new Date() })
    const requests = async () => {}
    await beginErasure(office.store, erasing ?? '', { requests, now: new Date() })
    const request = await beginErasure(office.store, erased ?? '', { requests, now: new Date() })
    await fulfilErasure(
      office.store,
      { contactId: erased ?? '', requestId: request?.id ?? '' },
      { letters: async () => {}, files: memoryFiles(), now: new Date() },
    )
    const { contactIds, text } = await office.result(await office.run({ topic: 'product-news' }))
    expect(contactIds).toContain(stays)
    for (const gone of [withdrew, objected, erasing, erased]) expect(contactIds).not.toContain(gone)
    expect(text).toContain('stays@example.org')
  })
})

describe('an export for another purpose', () => {
  const both = { topic: 'newsletter', purpose: 'calls' } as const

  it('EXP-01 asks for both: calls hold only members who also gave calls, with the number', async () => {
    const caller: string = await office.add({
      email: 'call-me@example.org',
      name: 'Åse Å',
      phone: '22 33 44 55',
      company: 'Fjord AS',
      title: 'CTO',
      given: ['newsletter', 'calls'],
    })
    await office.add({ given: ['newsletter'], phone: '11 11 11 11' })
    await office.add({ given: ['calls'], phone: '99 99 99 99' })
    const { rows, contactIds, manifest } = await office.result(await office.run(both))
    expect(contactIds).toEqual([caller])
    expect(rows).toMatchObject([
      {
        email: 'call-me@example.org',
        name: 'Åse Å',
        phone: '22 33 44 55',
        company: 'Fjord AS',
        title: 'CTO',
        basis: 'consent',
        topic_basis: 'consent',
      },
    ])
    expect(manifest.columns).not.toContain('score')
    await withdraw(caller, 'calls')
    expect((await office.result(await office.run(both))).rows).toEqual([])
  })

  it('leaves out the restricted and the suppressed, whatever the membership still says', async () => {
    const [restricted, suppressed, fine] = await Promise.all(
      [1, 2, 3].map(() => office.add({ given: ['newsletter', 'calls'] })),
    )
    const { db, main } = office.store.tables
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: { pk: { S: `C#${restricted}` }, sk: { S: 'C' } },
        UpdateExpression: 'SET restricted = :yes',
        ExpressionAttributeValues: { ':yes': { BOOL: true } },
      }),
    )
    const { Attributes } = await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: { pk: { S: `C#${suppressed}` }, sk: { S: 'C' } },
        UpdateExpression: 'SET touched = :yes',
        ExpressionAttributeValues: { ':yes': { BOOL: true } },
        ReturnValues: 'ALL_NEW',
      }),
    )
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: { pk: Attributes?.addressKey ?? { S: '' }, sk: { S: 'A' } },
        UpdateExpression: 'SET #kind = :at',
        ExpressionAttributeNames: { '#kind': 'suppressed:complaint' },
        ExpressionAttributeValues: { ':at': { M: { at: { S: new Date().toISOString() } } } },
      }),
    )
    expect((await office.result(await office.run(both))).contactIds).toEqual([fine])
    await withdraw(fine ?? '', 'calls')
  })
})

describe('someone who leaves while an export runs', () => {
  const untilFinalise = (message: { kind: string }) => message.kind === 'finalise'

  it.each([
    ['turns the topic off', (id: string) => withdraw(id, 'newsletter')],
    ['stops all marketing', (id: string) => withdraw(id, ...purposeIds(policy), directMarketing)],
    [
      'objects',
      (id: string) => object(office.store, id, { to: 'direct-marketing', now: new Date() }),
    ],
    [
      'asks for erasure',
      (id: string) => beginErasure(office.store, id, { requests: async () => {}, now: new Date() }),
    ],
  ])('and %s is not in the file, nor counted, nor listed', async (_, leave) => {
    const email = `leaver-${randomId()}@example.org`
    const leaver = await office.add({ email })
    const stayer = await office.add()
    const id = await office.order()
    await office.workOff(untilFinalise)
    await leave(leaver)
    await office.workOff()
    const { contactIds, rows, text, manifest, sha256 } = await office.result(id)
    expect(contactIds).toContain(stayer)
    expect(contactIds).not.toContain(leaver)
    expect(text).not.toContain(email)
    expect(rows).toHaveLength(manifest.rows)
    expect(rows).toHaveLength(contactIds.length)
    expect(manifest.sha256).toBe(sha256)
    expect(manifest.shards.find(({ shard }) => shard === shardOf(leaver))?.rows).toBe(
      contactIds.filter((contactId) => shardOf(contactId) === shardOf(leaver)).length,
    )
    await withdraw(stayer, 'newsletter')
  })

  it('stays when what they turned off was something else', async () => {
    const stays = await office.add({ given: ['newsletter', 'open-tracking'] })
    const id = await office.order()
    await office.workOff(untilFinalise)
    await withdraw(stays, 'open-tracking')
    await office.workOff()
    expect((await office.result(id)).contactIds).toContain(stays)
  })
})
