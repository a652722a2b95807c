import { parse } from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressKeys, addressSchema } from '../../../functions/contact/address.ts'
import { suppressUpdate } from '../../../functions/contact/suppression.ts'
import { readTogether, transact } from '../../../functions/platform/table.ts'
import { confirmToken } from '../../../functions/platform/token-bodies.ts'
import { rotate } from '../../../infra/key-rotation.ts'
import { type Books, openBooks } from '../../support/e2e-books.ts'
import { startWiredFunctions, type WiredFunctions } from '../../support/e2e-functions.ts'
import {
  bearer,
  formType,
  jsonType,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'
import { keyDesk } from './key-desk.ts'

let shop: Workshop
let functions: WiredFunctions
let books: Books

beforeAll(async () => {
  shop = await openWorkshop()
  await shop.subscriber('known@example.org')
  await shop.subscriber('erased@example.org')
  await erase(shop, shop.books, 'erased@example.org')
  const path = shop.local.env('subscriber-api').KEY_PATH ?? ''
  await rotate(keyDesk(shop.local.ssm, path), 'address')
  functions = await startWiredFunctions(shop.local)
  books = openBooks({ ...shop.local, keyPath: path })
  await shop.drain('letters')
}, 120_000)
afterAll(async () => {
  await functions?.stop()
  await shop?.stop()
})

async function erase(by: WiredFunctions, of: Books, email: string): Promise<void> {
  const session = await of.sessionOf(email)
  const { status } = await by.ask({
    method: 'POST',
    path: '/api/requests',
    headers: { ...jsonType, ...bearer(session) },
    body: '{"kind":"erasure"}',
  })
  expect(status).toBe(202)
  for (const request of await shop.drain('request')) await by.deliver('fulfil-request', request)
  expect((await of.addressOf(email)).contactId).toBeUndefined()
}

/** Signs up through the new functions; the id of what is waiting for its button. */
async function signUp(email: string): Promise<string> {
  const { status, body } = await functions.ask({
    method: 'POST',
    path: '/api/subscriptions',
    headers: jsonType,
    body: JSON.stringify({ email, topics: ['newsletter'], purposes: [], form: 'test' }),
  })
  expect([status, body]).toEqual([202, '{"status":"check-your-inbox"}'])
  const [letter] = await shop.drain('letters')
  return String(letter?.signUpId)
}

/** Under which key version an item of the address stands: contact and suppression, or cool-downs. */
async function versionsOf(email: string, sk: 'A' | 'L'): Promise<string[]> {
  const keys = addressKeys(parse(addressSchema, email), await books.store.keys('address'))
  const { db, main } = books.store.tables
  const items = await readTogether(
    db,
    keys.map((pk) => ({ table: main, key: { pk, sk } })),
  )
  return keys.filter((_, index) => items[index] !== undefined).map((key) => key.slice(0, 4))
}

const inbox = async (): Promise<{ to: string[]; text: string }[]> => {
  const answer = await fetch(`${shop.local.endpoints.mail}/store`)
  const { emails } = (await answer.json()) as {
    emails: { destination: { to: string[] }; body: { text: string } }[]
  }
  return emails.map(({ destination, body }) => ({ to: destination.to, text: body.text }))
}

describe('the functions after a rotation of the address key', () => {
  test('SEC-08: a sign-up makes the same calls for the known, the erased and the unknown', async () => {
    await signUp('warm@example.org')
    for (const email of ['known@example.org', 'erased@example.org', 'unknown@example.org']) {
      functions.reset()
      await signUp(email)
      expect(functions.wires.dynamodb.calls.map(({ action }) => action)).toEqual([
        'BatchGetItem',
        'TransactWriteItems',
      ])
    }
  })

  test('SEC-09: the cool-down of an address that is filed is met where it stands; a new one is filed under the new key', async () => {
    await signUp('known@example.org')
    await signUp('erased@example.org')
    await signUp('new@example.org')
    expect(await versionsOf('known@example.org', 'L')).toEqual(['A#1#'])
    expect(await versionsOf('erased@example.org', 'L')).toEqual(['A#1#'])
    expect(await versionsOf('new@example.org', 'L')).toEqual(['A#2#'])
  })

  test('SEND-04: nothing is mailed to an address that bounced before', async () => {
    const { addressKey } = await shop.books.addressOf('bounced@example.org')
    const { tables } = books.store
    await transact(tables.db, [suppressUpdate(tables, addressKey, 'bounce', new Date())])
    await functions.deliver('send-letters', {
      kind: 'confirm',
      signUpId: await signUp('bounced@example.org'),
    })
    await functions.deliver('send-letters', {
      kind: 'confirm',
      signUpId: await signUp('sound@example.org'),
    })
    const mailed = (await inbox()).flatMap(({ to }) => to)
    expect(mailed).toContain('sound@example.org')
    expect(mailed).not.toContain('bounced@example.org')
  })

  test('SUPP-03: an erased person who comes back is one contact, where the suppression stood', async () => {
    const email = 'erased@example.org'
    expect((await books.addressOf(email)).suppressions.erasure).toBeInstanceOf(Date)
    await signUp(email)
    const record = await books.addressOf(email)
    const [item] = await readTogether(books.store.tables.db, [
      { table: books.store.tables.main, key: { pk: record.addressKey, sk: 'L' } },
    ])
    const signUpId = String(item?.latestSignUp)
    const path = `/s/${await confirmToken.mint(books.store.keys, { signUpId })}`
    const pressed = await functions.ask({
      method: 'POST',
      path,
      headers: formType,
      body: 'topics=newsletter',
    })
    expect(pressed.status).toBe(200)
    expect(await versionsOf(email, 'A')).toEqual(['A#1#'])
    const { suppressions, contactId } = await books.addressOf(email)
    expect(suppressions).toEqual({})
    expect(contactId).toBeDefined()
    await shop.drain('letters')
  })

  test('SUPP-03: whoever asks by address for a link to their choices gets one', async () => {
    const email = 'known@example.org'
    await functions.ask({
      method: 'POST',
      path: '/api/links',
      headers: jsonType,
      body: JSON.stringify({ email }),
    })
    const [message] = await shop.drain('letters')
    await functions.deliver('send-letters', message)
    const letters = (await inbox()).filter(({ to }) => to.includes(email))
    expect(letters.at(-1)?.text).toContain('/preferences/#t=')
    expect(await versionsOf(email, 'L')).toEqual(['A#1#'])
  })

  test('RIGHT-11: an erasure takes a sign-up along that was sent after the rotation', async () => {
    const email = 'known@example.org'
    const signUpId = await signUp(email)
    const standing = async () =>
      (await books.all('main')).filter(({ pk }) => pk === `S#${signUpId}`).length
    expect(await standing()).toBe(1)
    await erase(functions, books, email)
    expect(await standing()).toBe(0)
    expect(await versionsOf(email, 'A')).toEqual(['A#1#'])
    expect((await books.addressOf(email)).suppressions.erasure).toBeInstanceOf(Date)
  })
})
