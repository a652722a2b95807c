import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectInvariants } from '../../support/e2e-invariants.ts'
import type { Fault } from '../../support/e2e-wire.ts'
import { bearer, jsonType, openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterEach(() => shop.reset())
afterAll(async () => {
  await expectInvariants(shop.books, ['@example.org'])
  await shop.stop()
})

type Begun = { email: string; contactId: string; message: { requestId: string } }

/** Somebody with two pending forms besides the confirmed one, whose erasure has begun. */
async function begin(email: string): Promise<Begun> {
  await shop.subscriber(email)
  const { contactId = '' } = await shop.books.addressOf(email)
  const session = await shop.books.sessionOf(email)
  await shop.signUp(email)
  await shop.signUp(email)
  await shop.drain('request')
  const headers = { ...jsonType, ...bearer(session) }
  const body = '{"kind":"erasure"}'
  const { status } = await shop.ask({ method: 'POST', path: '/api/requests', headers, body })
  expect(status).toBe(202)
  const [message] = await shop.drain('request')
  return { email, contactId, message: message as Begun['message'] }
}

const isDone = (outcome: Awaited<ReturnType<Workshop['deliver']>>): boolean =>
  outcome.kind === 'result' &&
  (outcome.value as { batchItemFailures: unknown[] }).batchItemFailures.length === 0

async function expectErased({ email, contactId, message }: Begun): Promise<void> {
  const main = await shop.books.all('main')
  expect(main.filter(({ pk }) => pk === `C#${contactId}`)).toEqual([])
  expect(main.filter(({ sk }) => sk === contactId)).toEqual([])
  const address = await shop.books.addressOf(email)
  expect(address.contactId).toBeUndefined()
  expect(address.suppressions.erasure).toBeInstanceOf(Date)
  const { addressKey } = address
  expect(main.filter((item) => item.addressKey === addressKey)).toEqual([])
  expect(main.filter(({ pk, sk }) => pk === addressKey && String(sk).startsWith('S#'))).toEqual([])
  const kinds = (await shop.books.history(contactId)).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'erased')).toHaveLength(1)
  const keys = (await shop.books.all('keys')).map(({ pk }) => pk)
  expect(keys).not.toContain(`C#${contactId}`)
  expect(keys).toContain(`L#${message.requestId}`)
}

describe('erasure, interrupted', () => {
  it('stops everything while the person waits, before anything is deleted (RIGHT-11)', async () => {
    const { email, contactId } = await begin('begun@example.org')
    const contact = await shop.books.contactOf(email)
    const members = (await shop.books.all('main')).filter(({ sk }) => sk === contactId)

    expect(contact?.erasing).toBeDefined()
    expect(members).toEqual([])
    expect((await shop.books.addressOf(email)).suppressions.erasure).toBeInstanceOf(Date)
  })

  it.each<Fault>(['unreachable', 'answer-lost'])(
    'resumes wherever it was cut off: %s at each of its calls (RIGHT-11)',
    async (fault) => {
      for (let cut = 1; ; cut++) {
        const begun = await begin(`${fault}-${cut}@example.org`)
        shop.reset()
        shop.wires.dynamodb.breaks((_, nth) => (nth >= cut ? fault : undefined))
        const first = await shop.deliver('fulfil-request', begun.message)
        const calls = shop.wires.dynamodb.calls.length
        shop.reset()
        if (!isDone(first))
          expect(isDone(await shop.deliver('fulfil-request', begun.message))).toBe(true)
        await expectErased(begun)
        if (calls < cut) {
          expect(cut).toBeGreaterThan(5)
          return
        }
      }
    },
  )

  it('still sends its notice when the queue was down at the last step (RIGHT-12)', async () => {
    const begun = await begin('notice@example.org')
    await shop.drain('letters')
    shop.wires.messaging.breaks(() => 'unreachable')
    expect(isDone(await shop.deliver('fulfil-request', begun.message))).toBe(false)
    expect(await shop.drain('letters')).toEqual([])
    shop.reset()
    expect(isDone(await shop.deliver('fulfil-request', begun.message))).toBe(true)

    expect(await shop.drain('letters')).toEqual([
      { kind: 'erased', letterId: begun.message.requestId },
    ])
    await expectErased(begun)
  })

  it('delivered twice, and twice at once, erases once (RIGHT-11)', async () => {
    const begun = await begin('twice@example.org')
    const outcomes = await Promise.all([
      shop.deliver('fulfil-request', begun.message, '00000000-0000-4000-8000-000000000001'),
      shop.deliver('fulfil-request', begun.message, '00000000-0000-4000-8000-000000000002'),
    ])
    expect(outcomes.some(isDone)).toBe(true)
    expect(isDone(await shop.deliver('fulfil-request', begun.message))).toBe(true)
    await expectErased(begun)
  })

  it('asked for twice is one request with one reference (RIGHT-01)', async () => {
    const email = 'again@example.org'
    await shop.subscriber(email)
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
    const body = '{"kind":"erasure"}'
    const ask = () => shop.ask({ method: 'POST', path: '/api/requests', headers, body })
    await shop.drain('request')
    const [one, other, third] = [...(await Promise.all([ask(), ask()])), await ask()]

    expect([one?.status, other?.status, third?.status]).toEqual([202, 202, 202])
    expect(new Set([one, other, third].map((answer) => answer?.json().id)).size).toBe(1)
    const messages = await shop.drain('request')
    expect(new Set(messages.map(({ requestId }) => requestId)).size).toBe(1)
  })

  it('begins all the same when the queue was down, and goes on when asked again (SEC-12)', async () => {
    const email = 'queue@example.org'
    await shop.subscriber(email)
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
    const body = '{"kind":"erasure"}'
    await shop.drain('request')
    shop.wires.messaging.breaks(() => 'unreachable')
    const failed = await shop.ask({ method: 'POST', path: '/api/requests', headers, body })
    shop.reset()
    const again = await shop.ask({ method: 'POST', path: '/api/requests', headers, body })

    expect([failed.status, again.status]).toEqual([503, 202])
    expect(await shop.drain('request')).toMatchObject([{ requestId: again.json().id }])
  })

  it('writes nothing more of someone who objects meanwhile: they have, to everything (RIGHT-11)', async () => {
    const { email, contactId } = await begin('objects@example.org')
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
    const things = async () =>
      (await shop.books.all('main')).filter(({ pk }) => pk === `C#${contactId}`)
    const before = await things()
    const body = '{"kind":"objection"}'
    const answer = await shop.ask({ method: 'POST', path: '/api/requests', headers, body })

    expect([answer.status, answer.json().status]).toEqual([202, 'in-progress'])
    expect(await things()).toEqual(before)
  })

  it('refuses to go on with an erasure that never began', async () => {
    await shop.subscriber('never@example.org')
    const { contactId } = await shop.books.addressOf('never@example.org')
    const message = {
      kind: 'erasure',
      contactId,
      requestId: '00000000-0000-7000-8000-000000000000',
    }

    expect(isDone(await shop.deliver('fulfil-request', message))).toBe(false)
    expect(await shop.books.contactOf('never@example.org')).toBeDefined()
  })
})
