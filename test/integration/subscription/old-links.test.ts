import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unsubscribeToken } from '../../../functions/platform/token-bodies.ts'
import { expectInvariants } from '../../support/e2e-invariants.ts'
import {
  bearer,
  formType,
  jsonType,
  oneClick,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'

let shop: Workshop
/** Links of the newsletter, made before its key leaked. */
const links: Record<string, string> = {}
const people = ['one-click', 'pressed', 'shown', 'asked', 'turned-up'] as const
const addressOf = (person: string) => `${person}@example.org`

beforeAll(async () => {
  shop = await openWorkshop()
  for (const person of [...people, 'retired']) await shop.subscriber(addressOf(person))
  for (const person of people) links[person] = await shop.books.unsubscribeLink(addressOf(person))
  // Before any function but the form's has read the key: they keep what they read for a minute.
  await shop.replaceFunctions()
  const name = `${shop.local.env('unsubscribe').KEY_PATH}/unsubscribe`
  const put = (id: number, state: string, key: string) =>
    shop.local.ssm.send(
      new PutParameterCommand({
        Name: `${name}/${id}`,
        Type: 'SecureString',
        Overwrite: true,
        Value: JSON.stringify({ key, state, createdAt: new Date().toISOString() }),
      }),
    )
  const [leaked] = await shop.books.store.keys('unsubscribe')
  await put(1, 'revoked', Buffer.from(leaked?.bytes ?? []).toString('base64url'))
  await put(2, 'current', Buffer.alloc(32, 7).toString('base64url'))
})
afterAll(async () => {
  await expectInvariants(shop.books, ['@example.org'])
  await shop.stop()
})

const link = (person: (typeof people)[number]): string => links[person] ?? ''
const post = (path: string, body = oneClick) =>
  shop.ask({ method: 'POST', path, headers: formType, body })
const stateOf = async (person: string, id = 'newsletter') =>
  (await shop.books.contactOf(addressOf(person)))?.choices[id]?.state

describe('a link under a key that was revoked', () => {
  it('still turns off by one-click, and gives nothing back for it (SEC-03, UNSUB-12)', async () => {
    const reply = await post(link('one-click'))
    expect(reply.status).toBe(200)
    expect(reply.body).not.toMatch(/name="undo"|•••/)
    expect(await stateOf('one-click')).toBe('withdrawn')
  })

  it('still turns off by the button, the whole of it too, without a name or an undo (SEC-03)', async () => {
    for (const body of ['scope=topic', 'scope=all']) {
      const reply = await post(link('pressed'), body)
      expect(reply.status).toBe(200)
      expect(reply.body).not.toMatch(/name="undo"|•••/)
    }
    expect(await stateOf('pressed', 'profiling')).toBe('withdrawn')
  })

  it('shows a button and nothing of anybody (SEC-03, RIGHT-05)', async () => {
    const { status, body } = await shop.ask({ method: 'GET', path: link('shown') })
    expect(status).toBe(200)
    expect(body).toContain(`action="${link('shown')}"`)
    expect(body).not.toMatch(/•••|På<|#t=/)
  })

  it('opens no choices and mails no link (SEC-03)', async () => {
    const token = link('asked').slice('/u/'.length)
    await shop.drain('letters')
    const read = await shop.ask({ method: 'GET', path: '/api/preferences', headers: bearer(token) })
    const mail = await shop.ask({ method: 'POST', path: '/api/links', headers: bearer(token) })
    expect([read.status, mail.status]).toEqual([401, 202])
    expect(await shop.drain('letters')).toEqual([])
  })

  it('changes no choice through the API, up or down (SEC-03)', async () => {
    const headers = { ...jsonType, ...bearer(link('turned-up').slice('/u/'.length)) }
    const body = '{"choices":{"newsletter":"withdrawn"}}'
    const reply = await shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
    expect(reply.status).toBe(401)
    expect(await stateOf('turned-up')).toBe('given')
  })
})

describe('a link of a topic that the policy no longer has', () => {
  it('shows a page, turns off, and stops everything when asked (UNSUB-12)', async () => {
    const { contactId = '' } = await shop.books.addressOf(addressOf('retired'))
    const keys = async () => [
      { id: 2, bytes: new Uint8Array(32).fill(7), state: 'current' as const },
    ]
    const claims = { contactId, topic: 'moon-letters', campaign: '00000000000000ff' }
    const path = `/u/${await unsubscribeToken.mint(keys, claims)}`
    const shown = await shop.ask({ method: 'GET', path })
    const replies = [await post(path), await post(path), await post(path, 'scope=all')]

    expect([shown.status, ...replies.map(({ status }) => status)]).toEqual([200, 200, 200, 200])
    expect(shown.body + replies.map(({ body }) => body).join('')).not.toContain('moon-letters')
    expect(await stateOf('retired', 'moon-letters')).toBe('withdrawn')
    expect(await stateOf('retired')).toBe('withdrawn')
    const history = await shop.books.history(contactId)
    const campaigns = history.map(({ evidence }) => evidence.campaign).filter(Boolean)
    expect(campaigns).toEqual(['00000000000000ff', '00000000000000ff'])
  })
})
