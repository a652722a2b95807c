import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toItem } from '../../../functions/platform/table.ts'
import { expectInvariants } from '../../support/e2e-invariants.ts'
import {
  bearer,
  formType,
  jsonType,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(async () => {
  await expectInvariants(shop.books, ['@example.org'])
  await shop.stop()
})

const press = (path: string, body: string) =>
  shop.ask({ method: 'POST', path, headers: formType, body })
const statesOf = async (email: string) =>
  Object.fromEntries(
    Object.entries((await shop.books.contactOf(email))?.choices ?? {}).map(([id, { state }]) => [
      id,
      state,
    ]),
  )
async function change(email: string, choices: Record<string, string>) {
  const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
  const body = JSON.stringify({ choices })
  const { status } = await shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
  expect(status).toBe(200)
}

/** A week passes for the latest sign-up of an address. */
async function runOut(email: string): Promise<void> {
  const { addressKey } = await shop.books.addressOf(email)
  const { tables } = shop.books.store
  const signUp = (await shop.books.all('main')).find(
    (item) => item.sk === 'S' && item.addressKey === addressKey,
  )
  await tables.db.send(
    new UpdateItemCommand({
      TableName: tables.main,
      Key: toItem({ pk: signUp?.pk, sk: 'S' }),
      UpdateExpression: 'SET #ttl = :past',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: toItem({ ':past': Math.floor(Date.now() / 1000) - 1 }),
    }),
  )
}

const all = 'topics=newsletter&topics=events&purposes=profiling'

describe('a confirmation pressed after the person has changed their mind', () => {
  it('turns on what was asked, but not what they objected to since (CONS-16)', async () => {
    const email = 'objected@example.org'
    await shop.subscriber(email)
    await shop.signUp(email)
    const link = await shop.books.confirmLink(email)
    await change(email, { profiling: 'objected', newsletter: 'withdrawn' })
    expect((await press(link, all)).status).toBe(200)

    expect(await statesOf(email)).toMatchObject({ newsletter: 'given', profiling: 'objected' })
  })

  it('not even when a later stop hides the objection (CONS-16)', async () => {
    const email = 'hidden@example.org'
    await shop.subscriber(email)
    await shop.signUp(email)
    const link = await shop.books.confirmLink(email)
    await change(email, { profiling: 'objected' })
    await press(await shop.books.unsubscribeLink(email), 'scope=all')
    expect((await press(link, all)).status).toBe(200)

    const states = await statesOf(email)
    expect(states.newsletter).toBe('given')
    expect(states.profiling).not.toBe('given')
  })

  it('not after an objection to everything, lifted since for one topic alone (CONS-16)', async () => {
    const email = 'lifted@example.org'
    await shop.subscriber(email)
    await shop.signUp(email)
    const link = await shop.books.confirmLink(email)
    await change(email, { 'direct-marketing': 'objected' })
    await change(email, { newsletter: 'given' })
    expect((await press(link, all)).status).toBe(410)

    expect(await statesOf(email)).toMatchObject({
      newsletter: 'given',
      events: 'objected',
      profiling: 'objected',
    })
  })

  it('holds against an objection that was older than its form (CONS-17)', async () => {
    const email = 'older@example.org'
    await shop.subscriber(email)
    await change(email, { profiling: 'objected' })
    await shop.signUp(email)
    expect((await press(await shop.books.confirmLink(email), all)).status).toBe(200)

    expect(await statesOf(email)).toMatchObject({ profiling: 'given' })
  })
})

describe('what a press says of ticks', () => {
  it.each([
    ['topics=events', ['events']],
    ['purposes=profiling&language=nb', ['profiling']],
    ['language=nb', []],
    ['', ['events', 'newsletter', 'profiling']],
  ])('%j turns on %j (CONS-02, CONS-03)', async (body, on) => {
    const email = `ticks-${on.length}-${body.length}@example.org`
    await shop.signUp(email)
    expect((await press(await shop.books.confirmLink(email), body)).status).toBe(200)

    expect(Object.keys(await statesOf(email)).sort()).toEqual(on)
  })
})

describe('a confirmation past its time', () => {
  it('answers 410 and changes nothing, before DynamoDB has swept it (CONS-01)', async () => {
    const email = 'late@example.org'
    await shop.signUp(email)
    const link = await shop.books.confirmLink(email)
    await runOut(email)
    const answers = [
      await shop.ask({ method: 'GET', path: link }),
      await press(link, 'topics=newsletter'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([410, 410])
    expect(await shop.books.contactOf(email)).toBeUndefined()
  })

  it('answers the same when it had been pressed in its time (CONS-01)', async () => {
    const email = 'pressed@example.org'
    await shop.signUp(email)
    const link = await shop.books.confirmLink(email)
    expect((await press(link, 'topics=newsletter')).status).toBe(200)
    await runOut(email)
    const answers = [
      await shop.ask({ method: 'GET', path: link }),
      await press(link, 'topics=newsletter'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([410, 410])
    expect(await statesOf(email)).toEqual({ newsletter: 'given' })
  })
})

describe('a confirmation while the person is still being erased', () => {
  it('changes nothing, says so, and counts once the erasure is done (RIGHT-11, CONS-16)', async () => {
    const email = 'anew@example.org'
    await shop.subscriber(email)
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
    await shop.drain('request')
    const asked = { method: 'POST', path: '/api/requests', headers, body: '{"kind":"erasure"}' }
    expect((await shop.ask(asked)).status).toBe(202)
    await shop.signUp(email)
    const link = await shop.books.confirmLink(email)
    const early = await press(link, all)
    expect([early.status, early.headers['retry-after']]).toEqual([503, '30'])
    expect((await shop.books.contactOf(email))?.erasing).toBeDefined()

    const [message = {}] = await shop.drain('request')
    await shop.deliver('fulfil-request', message)
    expect((await press(link, all)).status).toBe(200)
    expect(await statesOf(email)).toMatchObject({ newsletter: 'given', events: 'given' })
  })
})
