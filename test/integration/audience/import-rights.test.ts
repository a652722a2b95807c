import { gunzipSync } from 'node:zlib'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { suppressUpdate } from '../../../functions/contact/suppression.ts'
import { transact } from '../../../functions/platform/table.ts'
import { rotate } from '../../../infra/key-rotation.ts'
import { type Books, openBooks } from '../../support/e2e-books.ts'
import { bearer, formType, jsonType, oneClick } from '../../support/e2e-workshop.ts'
import { keyDesk } from '../keys/key-desk.ts'
import { type ImportOffice, isDone, openImportOffice } from './import-office.ts'

let office: ImportOffice
beforeAll(async () => {
  office = await openImportOffice()
})
afterAll(() => office.shop.stop())

async function ask(books: Books, email: string, kind: string): Promise<void> {
  const { shop } = office
  const headers = { ...jsonType, ...bearer(await books.sessionOf(email)) }
  await shop.drain('request')
  const body = JSON.stringify({ kind })
  const answer = await shop.ask({ method: 'POST', path: '/api/requests', headers, body })
  expect(answer.status).toBe(202)
  for (const message of await shop.drain('request')) {
    expect(isDone(await shop.deliver('fulfil-request', message))).toBe(true)
  }
}

async function copyOf(contactId: string): Promise<string> {
  const { s3, env } = office.shop.local
  const Bucket = env('fulfil-request').COPY_BUCKET
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: `${contactId}/` }),
  )
  const texts = Contents.map(async ({ Key }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    return gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString()
  })
  return (await Promise.all(texts)).join('\n')
}

describe('an imported person', () => {
  it('finds source, proof and import in their copy (RIGHT-06, CONS-14, GDPR art. 15(1)(g))', async () => {
    const email = 'copied@example.org'
    const { id } = await office.run(`email,name,language\n${email},Imported Person,en\n`)
    await ask(office.shop.books, email, 'access')
    const { contactId = '' } = await office.shop.books.addressOf(email)
    const copy = await copyOf(contactId)

    for (const told of ['Sign-ups on our old website', 'old-site/export-7', String(id)]) {
      expect(copy).toContain(told)
    }
    expect(copy).toContain('confirmed from your mailbox')
    expect(copy).toContain('Imported Person')
  })

  it('is erased like anybody, and no later file brings them back (RIGHT-11, SUPP-01)', async () => {
    const email = 'leaves@example.org'
    const csv = `email\n${email}\n`
    await office.run(csv)
    const { contactId } = await office.shop.books.addressOf(email)
    await ask(office.shop.books, email, 'erasure')
    const main = await office.shop.books.all('main')
    expect(main.filter(({ pk, sk }) => pk === `C#${contactId}` || sk === contactId)).toEqual([])

    expect(await office.run(csv)).toMatchObject({
      rows: { 'left-out': 1 },
      leftOut: { suppressed: 1 },
    })
    expect((await office.shop.books.addressOf(email)).contactId).toBeUndefined()
  })
})

describe('after a rotation of the address key', () => {
  it('SUPP-03 SUPP-04 whoever said no before is found, and whoever is new is filed once under the new key', async () => {
    const { shop } = office
    const [off, gone, bounced, fresh] = ['off', 'gone', 'bounced', 'fresh'].map(
      (name) => `${name}-rotated@example.org`,
    ) as [string, string, string, string]
    for (const email of [off, gone]) await shop.subscriber(email)
    const path = await shop.books.unsubscribeLink(off)
    await shop.ask({ method: 'POST', path, headers: formType, body: oneClick })
    await ask(shop.books, gone, 'erasure')
    const { addressKey } = await shop.books.addressOf(bounced)
    const { tables } = shop.books.store
    await transact(tables.db, [suppressUpdate(tables, addressKey, 'bounce', new Date())])
    const keyPath = shop.local.env('subscriber-api').KEY_PATH ?? ''
    await rotate(keyDesk(shop.local.ssm, keyPath), 'address')
    await shop.replaceFunctions()
    const books = openBooks({ ...shop.local, keyPath })

    const report = await office.run(`email\n${off}\n${gone}\n${bounced}\n${fresh}\n${fresh}\n`)
    expect(report).toMatchObject({
      rows: { 'left-out': 3, created: 1, unchanged: 1 },
      leftOut: { 'said-no': 1, suppressed: 2 },
    })
    const { addressKey: filed, contactId } = await books.addressOf(fresh)
    expect([filed.slice(0, 4), contactId === undefined]).toEqual(['A#2#', false])
    for (const email of [gone, bounced]) {
      expect((await books.addressOf(email)).contactId).toBeUndefined()
    }
  })
})
