import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
  await shop.subscriber('kari@example.org')
})
afterAll(() => shop?.stop())

const askFor = (email: string, ip: string) =>
  shop.ask({
    method: 'POST',
    path: '/api/links',
    headers: jsonType,
    body: JSON.stringify({ email }),
    ip,
  })

describe('asking for a link', () => {
  it('puts one message of keyed hashes on the queue, the same for everybody (SEC-08, SEC-14)', async () => {
    await shop.drain('letters')
    const answers = [
      await askFor('kari@example.org', '192.0.2.7'),
      await askFor('x@y.no', '192.0.2.7'),
    ]
    const messages = await shop.drain('letters')

    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      Array(2).fill([202, '{"status":"check-your-inbox"}']),
    )
    expect(messages.map((message) => Object.keys(message).sort())).toEqual(
      Array(2).fill(['addressKeys', 'kind', 'network']),
    )
    expect(JSON.stringify(messages)).not.toMatch(/@|192\.0\.2/)
  })

  it('counts by the network that the CDN saw, and believes no header of the caller (SEC-09)', async () => {
    await shop.drain('letters')
    const body = JSON.stringify({ email: 'kari@example.org' })
    const forwarded = { ...jsonType, 'x-forwarded-for': '198.51.100.9' }
    for (const ip of [
      '192.0.2.7',
      '192.0.2.250',
      '203.0.113.7',
      '2001:db8:1::1',
      '2001:db8:1:9::2',
    ]) {
      await shop.ask({ method: 'POST', path: '/api/links', headers: forwarded, body, ip })
    }
    const networks = (await shop.drain('letters')).map(({ network }) => network)

    expect(networks).toHaveLength(5)
    expect(networks[0]).toBe(networks[1])
    expect(networks[3]).toBe(networks[4])
    expect(new Set(networks).size).toBe(3)
  })

  it('by a newsletter link asks for the contact behind it, without naming an address (RIGHT-05)', async () => {
    const token = (await shop.books.unsubscribeLink('kari@example.org')).slice('/u/'.length)
    await shop.drain('letters')
    const headers = { ...formType }
    const form = await shop.ask({
      method: 'POST',
      path: '/api/links',
      headers,
      body: `token=${token}&language=en`,
    })
    const json = await shop.ask({ method: 'POST', path: '/api/links', headers: bearer(token) })
    const messages = await shop.drain('letters')

    expect([form.status, json.status]).toEqual([202, 202])
    expect(form.body).toContain('<html lang="en">')
    expect(form.body + json.body).not.toMatch(/kari|•••/)
    const { contactId } = await shop.books.addressOf('kari@example.org')
    expect(messages).toMatchObject(Array(2).fill({ kind: 'manage-contact', contactId }))
  })
})
