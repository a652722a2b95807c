import { gzipSync } from 'node:zlib'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import { scanTable } from '../../../infra/audit/reader.ts'
import { act, withdrawn } from '../../support/acts.ts'
import { audited, brokenOf, vandal } from '../../support/audited.ts'
import { byProvider } from '../../support/people.ts'
import { type Office, openOffice } from '../audience/office.ts'

/** Invariant 8: the rows of an export are those of its manifest and member lists. */
let office: Office
let hand: ReturnType<typeof vandal>
let exportId: string
let people: string[]
beforeAll(async () => {
  office = await openOffice()
  hand = vandal(office.store)
})
afterAll(() => office.stop())
beforeEach(async () => {
  await hand.clear()
  people = await Promise.all(Array.from({ length: 5 }, () => office.add({ name: 'Kari' })))
  exportId = await office.run()
})

const found = async (): Promise<string[]> =>
  brokenOf(await audited(office.store, { files: office.work.files }))
const record = () => ({ pk: `X#${exportId}`, sk: 'X' })
const put = (Key: string, Body: string | Buffer) =>
  office.local.s3.send(new PutObjectCommand({ Bucket: office.work.files.bucket, Key, Body }))
const drop = (Key: string) =>
  office.local.s3.send(new DeleteObjectCommand({ Bucket: office.work.files.bucket, Key }))
const fileOf = async () => {
  const { file } = await office.record(exportId)
  if (file === undefined) throw new Error('not ready')
  return { file, manifestKey: file.manifest }
}
const list = async () => (await office.result(exportId)).manifest.members

describe('the audit of exports', () => {
  test('a finished export is whole, in both formats and with people who left while it ran', async () => {
    await office.run({ format: 'ndjson' })
    const late = await office.order()
    await office.workOff(({ kind }) => kind === 'finalise')
    const stop = act('one-click', new Date(), withdrawn('newsletter'))
    await turnDown(office.store, people[0] ?? '', { act: stop, evidence: byProvider, now: stop.at })
    await office.workOff()
    expect((await office.record(late)).file?.rows).toBe(4)
    expect(await found()).toEqual([])
    const { invariants } = await audited(office.store, { files: office.work.files })
    expect(invariants.find(({ invariant }) => invariant === 8)).toMatchObject({ checked: 3 })
  })

  test('without the bucket it says that it looked at the items alone', async () => {
    const { file } = await fileOf()
    await drop(file.key)
    const { clean, invariants } = await audited(office.store)
    expect(clean).toBe(true)
    expect(invariants.find(({ invariant }) => invariant === 8)?.note).toContain('items only')
  })

  test('a record that counts other rows than manifest, file and lists', async () => {
    const { file } = await fileOf()
    await hand.set('main', record(), 'file', { ...file, rows: 6 })
    expect(await found()).toEqual(
      [
        'more rows than its shards',
        'manifest with another count',
        'file with another count',
        'member lists with another count',
      ].map((kind) => `8: ${kind}: X#${exportId}`),
    )
  })

  test('a file with a row more, a manifest of another file', async () => {
    const { file, manifestKey } = await fileOf()
    const { text, manifest } = await office.result(exportId)
    await put(file.key, gzipSync(`${text}rX,late@example.org\r\n`))
    expect(await found()).toEqual(
      ['file with another hash', 'file with another count', 'member lists of other people'].map(
        (kind) => `8: ${kind}: X#${exportId}`,
      ),
    )
    await put(file.key, gzipSync(text))
    await put(manifestKey, JSON.stringify({ ...manifest, file: 'another', sha256: 'another' }))
    expect(await found()).toContain(`8: manifest of another file: X#${exportId}`)
    expect(await found()).toContain(`8: manifest with another hash: X#${exportId}`)
    await put(manifestKey, '{"rows":')
    expect(await found()).toEqual([`8: unreadable manifest: X#${exportId}`])
  })

  test('a member list that names somebody else, or too few', async () => {
    const members = await list()
    const lines = (await office.read(members)).split('\n').filter((line) => line !== '')
    const forged = lines.map((line, row) => line.replace(/^\S+/, `r${row}`))
    await put(members, `${forged.join('\n')}\n`)
    expect(await found()).toEqual([`8: member lists of other people: X#${exportId}`])
    await put(members, '')
    expect(await found()).toContain(`8: member lists with another count: X#${exportId}`)
  })

  test('a manifest, file or list that is not there', async () => {
    const { file, manifestKey } = await fileOf()
    await drop(await list())
    expect(await found()).toEqual([`8: no member list in the bucket: X#${exportId}`])
    await drop(file.key)
    expect(await found()).toEqual([`8: no file in the bucket: X#${exportId}`])
    await drop(manifestKey)
    expect(await found()).toEqual([`8: no manifest in the bucket: X#${exportId}`])
  })

  test('an export that is ready before all shards were read', async () => {
    await hand.remove('main', { pk: `X#${exportId}`, sk: 'S#07' })
    expect(await found()).toContain(`8: ready without all shards: X#${exportId}`)
    await hand.set(
      'main',
      { pk: `X#${exportId}`, sk: 'S#08' },
      'readAt',
      '2999-01-01T00:00:00.000Z',
    )
    expect(await found()).toContain(`8: shard read after the file was put together: X#${exportId}`)
    await hand.unset('main', record(), 'criteria')
    expect(await found()).toEqual([`8: unreadable export: X#${exportId}`])
  })

  test('somebody who left, whom its recipient is not told to drop (EXP-04)', async () => {
    const [kari = ''] = people
    const stop = act('one-click', new Date(), withdrawn('newsletter'))
    await turnDown(office.store, kari, { act: stop, evidence: byProvider, now: stop.at })
    expect(await found()).toEqual([])
    const { db, main } = office.store.tables
    for await (const { pk, sk } of scanTable(db, main)) {
      const key = { pk: String(pk), sk: String(sk) }
      if (key.pk.startsWith('O#')) await hand.remove('main', key)
    }
    expect(await found()).toEqual([`8: somebody left without a recall: X#${exportId}`])
  })

  test('an export whose file has expired is nobody’s business any more', async () => {
    const { file } = await fileOf()
    await hand.set('main', record(), 'file', {
      ...file,
      rows: 9,
      expiresAt: '2026-01-01T00:00:00.000Z',
    })
    expect(await found()).toEqual([])
  })
})
