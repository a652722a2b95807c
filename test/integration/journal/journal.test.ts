import { PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { auditPut, ledgerPut, suppressionPut } from '../../../functions/consent/ledger.ts'
import { readHead } from '../../../functions/journal/journal-head.ts'
import { lineOf } from '../../../functions/journal/journal-line.ts'
import { composeObject, objectKey, start } from '../../../functions/journal/journal-object.ts'
import { orderedId, randomId } from '../../../functions/platform/id.ts'
import type { Item } from '../../../functions/platform/table.ts'
import { scanItems } from '../../../infra/audit/reader.ts'
import { verifyLedger } from '../../../infra/audit/verify-ledger.ts'
import type { RawRecord } from '../../../infra/local/stream-calls.ts'
import { tableEvent } from '../../../infra/local/stream-event.ts'
import { policy } from '../../../policy.ts'
import { vandal } from '../../support/audited.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'
import { streamRecords } from '../../support/stream-records.ts'

let local: LocalTables
let handler: (event: unknown) => Promise<void>
let bucket: string
let store: Parameters<typeof verifyLedger>[0]['store']

beforeAll(async () => {
  local = await startTables({ messaging: true })
  store = { tables: { db: local.dynamodb, ...local.tables }, policy, keys: fixedKeys }
  const env = local.env('journal')
  for (const [name, value] of Object.entries(env)) if (name !== 'PATH') vi.stubEnv(name, value)
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
  bucket = env.JOURNAL_BUCKET ?? ''
  handler = (await import('../../../functions/entry/journal.ts')).handler
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await local.stop()
})

const seal = Buffer.from('not to be read')

/** One act, with all that the ledger keeps of it. */
async function act(at = new Date()): Promise<{ pk: string; sk: string }> {
  const contactId = randomId()
  const ledgerId = orderedId(at)
  const put = ledgerPut(local.tables, policy, contactId, {
    kind: 'withdraw',
    at,
    ledgerId,
    noticeVersion: 1,
    changes: [{ purpose: 'newsletter', state: 'withdrawn' }],
    evidence: { actor: 'person', method: 'one-click', pageUrl: 'https://page.example/' },
    sealed: seal,
  })
  await local.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [put] }))
  return { pk: `C#${contactId}`, sk: ledgerId }
}

const told = () => streamRecords(local.dynamodb, local.tables.ledger)
const streamArn = 'arn:aws:dynamodb:eu-north-1:000000000000:table/Ledger/stream/local'
const eventOf = (records: readonly RawRecord[]) => tableEvent(records, { streamArn })
async function deliver(size = 90) {
  const records = await told()
  for (let at = 0; at < records.length; at += size) {
    await handler(eventOf(records.slice(at, at + size)))
  }
}
const verified = () =>
  verifyLedger(
    { store, journal: { s3: local.s3, bucket } },
    { clock: () => new Date(), patienceMs: 0 },
  )
const brokenNow = async () => (await verified()).findings.map(({ kind, id }) => `${kind}: ${id}`)
const textAt = async (sequence: number) => {
  const Key = objectKey(sequence)
  const { Body } = await local.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
  return (await Body?.transformToString()) ?? ''
}
const write = (sequence: number, Body: string) =>
  local.s3.send(new PutObjectCommand({ Bucket: bucket, Key: objectKey(sequence), Body }))

describe('SEC-13 the journal', () => {
  it('says of each entry what it was and when, and nothing of whom or from where', async () => {
    const { pk, sk } = await act()
    const audit = { staff: 'kari@nordlys.example', action: 'exports', subject: 'x', details: {} }
    await local.dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          suppressionPut(local.tables, { addressKey: 'A#1#hash', kind: 'erasure', at: new Date() }),
          { Put: auditPut(local.tables, { at: new Date(), ...audit }) },
        ],
      }),
    )
    await deliver()
    const text = await textAt(1)
    const lines = text.trim().split('\n').slice(1)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { pk, sk, did: 'INSERT', said: { kind: 'withdraw', changes: [{ state: 'withdrawn' }] } },
      { pk: expect.stringMatching(/^S#/), said: { kind: 'erasure', addressKey: 'A#1#hash' } },
      { pk: expect.stringMatching(/^AUDIT#/), said: { action: 'exports' } },
    ])
    for (const word of ['kari', 'page.example', seal.toString('base64')]) {
      expect(text).not.toContain(word)
    }
  })

  it('holds each event once, however often it comes and in whatever batches', async () => {
    for (let n = 0; n < 7; n++) await act()
    await deliver(3)
    const { sequence } = await readHead(store.tables)
    await deliver(4)
    await deliver(90)
    expect((await readHead(store.tables)).sequence).toBe(sequence)
    expect(await verified()).toMatchObject({ entries: 10, findings: [] })
  })

  it('is one chain without a gap when shards come at the same moment, in whatever order', async () => {
    for (let n = 0; n < 12; n++) await act()
    const records = (await told()).toReversed()
    const parts = [0, 1, 2, 3].map((part) => records.filter((_, index) => index % 4 === part))
    await Promise.all([...parts, ...parts].map((part) => handler(eventOf(part))))
    expect(await verified()).toMatchObject({ entries: 22, findings: [] })
  })

  it('goes on where it broke off between the object and the head', async () => {
    await act()
    await act()
    const head = await readHead(store.tables)
    const [first, second] = (await told()).slice(-2)
    if (first === undefined || second === undefined) throw new Error('no records')
    const { Records } = eventOf([first])
    const lines = Records.map((record) => lineOf(record as never))
    await write(head.sequence + 1, composeObject(head, lines).text)
    await handler(eventOf([second]))
    await deliver()
    expect((await readHead(store.tables)).sequence).toBe(head.sequence + 2)
    expect(await verified()).toMatchObject({ entries: 24, findings: [] })
  })

  it('rings for whatever is no new entry, and not for one whose time was over', async () => {
    const [record] = await told()
    if (record === undefined) throw new Error('no records')
    const figures = vi.spyOn(console, 'log').mockImplementation(() => {})
    const printed = () => figures.mock.calls.flat().join()
    const removed = { ...record, eventID: 'expired', eventName: 'REMOVE' }
    const byTime = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }
    await handler(eventOf([{ ...removed, userIdentity: byTime }]))
    expect(printed()).not.toContain('LedgerTampered')
    expect(await brokenNow()).toEqual([])
    figures.mockRestore()
  })
})

describe('SEC-13 a ledger that somebody has been at', () => {
  const spoil = () => vandal(store)
  /** Past the stream, as if whoever did it had stopped that, too; then everything as it was. */
  async function found(entry: { pk: string; sk: string }, misdeed: () => Promise<unknown>) {
    const items: Item[] = []
    for await (const item of scanItems(local.dynamodb, local.tables.ledger)) items.push(item)
    const whole = items.find(({ sk }) => sk?.S === entry.sk)
    await misdeed()
    const broken = await brokenNow()
    if (whole === undefined) await spoil().remove('ledger', entry)
    else {
      const put = { TableName: local.tables.ledger, Item: whole }
      await local.dynamodb.send(new PutItemCommand(put))
    }
    expect(await brokenNow()).toEqual([])
    return broken
  }

  it('is told from its journal: the first entry changed, removed or slipped in', async () => {
    const older = await act(new Date('2026-01-01'))
    const later = await act(new Date('2026-02-01'))
    await deliver()
    const id = ({ pk, sk }: typeof older) => `${pk} ${sk}`
    expect(await found(older, () => spoil().set('ledger', older, 'kind', 'confirm'))).toEqual([
      `entry changed: ${id(older)}`,
    ])
    expect(await found(older, () => spoil().remove('ledger', older))).toEqual([
      `entry removed: ${id(older)}`,
    ])
    const slipped = { pk: older.pk, sk: orderedId(new Date('2026-01-15')) }
    expect(
      await found(slipped, async () =>
        spoil().put('ledger', { ...(await spoil().read('ledger', later)), ...slipped }),
      ),
    ).toEqual([`entry slipped in: ${id(slipped)}`])
    await spoil().set('ledger', later, 'kind', 'confirm')
    expect(
      await found(older, () => spoil().set('ledger', older, 'kind', 'confirm')).catch(() => 'two'),
    ).toBe('two')
    expect((await brokenNow())[0]).toBe(`entry changed: ${id(later)}`)
    await spoil().set('ledger', later, 'kind', 'withdraw')
    expect(await brokenNow()).toEqual([])
  })

  it('and each object changed, removed or forged, wherever it is in the chain', async () => {
    const { sequence } = await readHead(store.tables)
    expect(sequence).toBeGreaterThan(4)
    for (const at of [1, 3, sequence]) {
      const text = await textAt(at)
      await write(at, text.replace('"withdraw"', '"confirm"').replace('erasure', 'bounce'))
      expect(await brokenNow()).toEqual([`journal object changed: ${objectKey(at)}`])
      await write(at, 'nonsense')
      expect(await brokenNow()).toContain(`journal object that is none of ours: ${objectKey(at)}`)
      await local.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectKey(at) }))
      expect(await brokenNow()).toContain(`journal object removed: ${objectKey(at)}`)
      await write(at, text)
      expect(await brokenNow()).toEqual([])
    }
    const head = await readHead(store.tables)
    await spoil().put('main', { pk: 'J#', sk: 'J', ...start })
    expect(await brokenNow()).toEqual([
      `journal object that the head does not know: ${objectKey(sequence)}`,
    ])
    await spoil().put('main', { pk: 'J#', sk: 'J', ...head })
  })

  it('and though it was put back: the stream has seen it, and the alarm rings', async () => {
    const entry = await act()
    const item = await spoil().read('ledger', entry)
    await spoil().set('ledger', entry, 'kind', 'confirm')
    await spoil().put('ledger', item)
    const figures = vi.spyOn(console, 'log').mockImplementation(() => {})
    await deliver()
    expect(figures.mock.calls.flat().join()).toMatch(/"LedgerTampered":\d/)
    figures.mockRestore()
    expect(await brokenNow()).toContain(`entry changed: ${entry.pk} ${entry.sk}`)
  })
})
