import { gunzipSync } from 'node:zlib'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
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

type Asked = { email: string; contactId: string; session: string; message: Record<string, unknown> }

async function exercise(session: string, kind: 'access' | 'erasure') {
  const headers = { ...jsonType, ...bearer(session) }
  const body = JSON.stringify({ kind })
  return shop.ask({ method: 'POST', path: '/api/requests', headers, body })
}

/** A subscriber who has asked for their copy; its message is in hand. */
async function ask(email: string): Promise<Asked> {
  await shop.subscriber(email)
  const { contactId = '' } = await shop.books.addressOf(email)
  const session = await shop.books.sessionOf(email)
  await shop.drain('request')
  expect((await exercise(session, 'access')).status).toBe(202)
  const [message = {}] = await shop.drain('request')
  await shop.drain('letters')
  return { email, contactId, session, message }
}

const bucket = () => shop.local.env('fulfil-request').COPY_BUCKET

async function filesOf(contactId: string): Promise<string[]> {
  const { Contents = [] } = await shop.local.s3.send(
    new ListObjectsV2Command({ Bucket: bucket(), Prefix: `${contactId}/` }),
  )
  return Contents.map(({ Key = '' }) => Key)
}

async function textOf(key: string): Promise<string> {
  const { Body } = await shop.local.s3.send(new GetObjectCommand({ Bucket: bucket(), Key: key }))
  return gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString()
}

const isDone = (outcome: Awaited<ReturnType<Workshop['deliver']>>): boolean =>
  outcome.kind === 'result' &&
  (outcome.value as { batchItemFailures: unknown[] }).batchItemFailures.length === 0

async function statusOf({ session, message }: Asked): Promise<Record<string, unknown>> {
  const path = `/api/requests/${String(message.requestId)}`
  return (await shop.ask({ method: 'GET', path, headers: bearer(session) })).json()
}

describe('an access copy, interrupted', () => {
  it.each<[Fault, 'dynamodb' | 'messaging']>([
    ['unreachable', 'dynamodb'],
    ['answer-lost', 'messaging'],
  ])(
    'is whole wherever its job was cut off: %s at each call to %s (RIGHT-06)',
    async (fault, service) => {
      for (let cut = 1; ; cut++) {
        const asked = await ask(`${fault}-${cut}@example.org`)
        shop.reset()
        shop.wires[service].breaks((_, nth) => (nth >= cut ? fault : undefined))
        const first = await shop.deliver('fulfil-request', asked.message)
        const calls = shop.wires[service].calls.length
        shop.reset()
        if (!isDone(first)) {
          expect((await statusOf(asked)).copy === undefined || calls > 0).toBe(true)
          expect(isDone(await shop.deliver('fulfil-request', asked.message))).toBe(true)
        }
        expect(await statusOf(asked)).toMatchObject({ status: 'done', copy: {} })
        const page =
          (await filesOf(asked.contactId)).find((key) => key.endsWith('/copy.html')) ?? ''
        expect(await textOf(page)).toContain('</html>')
        const { contactId, message } = asked
        const letter = { kind: 'copy', contactId, requestId: message.requestId }
        expect(await shop.drain('letters')).toContainEqual(letter)
        if (calls < cut) {
          expect(cut).toBeGreaterThan(5)
          return
        }
        cut += cut > 4 ? 2 : 0
      }
    },
  )

  it('leaves nothing of somebody who is erased meanwhile (RIGHT-11)', async () => {
    const asked = await ask('meanwhile@example.org')
    shop.wires.dynamodb.breaks(({ action }) =>
      action === 'TransactWriteItems' ? 'unreachable' : undefined,
    )
    expect(isDone(await shop.deliver('fulfil-request', asked.message))).toBe(false)
    shop.reset()
    expect(await filesOf(asked.contactId)).not.toEqual([])

    await exercise(asked.session, 'erasure')
    expect(isDone(await shop.deliver('fulfil-request', asked.message))).toBe(true)
    expect(await filesOf(asked.contactId)).toEqual([])
    const [erasure = {}] = (await shop.drain('request')).filter(({ kind }) => kind === 'erasure')
    expect(isDone(await shop.deliver('fulfil-request', erasure))).toBe(true)
    expect(isDone(await shop.deliver('fulfil-request', asked.message))).toBe(true)
    expect(await filesOf(asked.contactId)).toEqual([])
    expect((await shop.drain('letters')).filter(({ kind }) => kind === 'copy')).toEqual([])
  })

  it('asked for again while it is being made is the same request, and its job is asked for again (RIGHT-01)', async () => {
    const asked = await ask('again@example.org')
    const again = await exercise(asked.session, 'access')

    expect(again.json().id).toBe(asked.message.requestId)
    expect(await shop.drain('request')).toEqual([asked.message])
  })

  it('delivered twice makes one copy, and one letter leaves (RIGHT-08)', async () => {
    const asked = await ask('twice@example.org')
    for (const _ of [1, 2])
      expect(isDone(await shop.deliver('fulfil-request', asked.message))).toBe(true)
    const letters = await shop.drain('letters')
    for (const letter of letters)
      expect(isDone(await shop.deliver('send-letters', letter))).toBe(true)

    const mails = shop.wires.mail.calls.filter(({ action }) => action === 'SendEmail')
    expect([letters.length, mails.length]).toEqual([2, 1])
  })
})
