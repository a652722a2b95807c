import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
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
beforeAll(async () => {
  shop = await openWorkshop()
})
afterEach(() => shop.reset())
afterAll(async () => {
  await expectInvariants(shop.books, ['@example.org'])
  await shop.stop()
})

const stateOf = async (email: string, topic = 'newsletter') =>
  (await shop.books.contactOf(email))?.choices[topic]?.state
const post = (path: string, body = oneClick) =>
  shop.ask({ method: 'POST', path, headers: formType, body })
const entriesOf = async (email: string, kind: string) => {
  const { contactId = '' } = await shop.books.addressOf(email)
  return (await shop.books.history(contactId)).filter((entry) => entry.kind === kind)
}

describe('unsubscribe while DynamoDB is in trouble', () => {
  it.each(['unreachable', 'server-error'] as const)(
    'answers 503 and "try again" instead of a false success: %s (UNSUB-10)',
    async (fault) => {
      const email = `${fault}@example.org`
      await shop.subscriber(email)
      const path = await shop.books.unsubscribeLink(email)
      shop.wires.dynamodb.breaks(() => fault)
      const answers = [
        await post(path),
        await post(path, 'scope=topic'),
        await post(path, 'scope=all'),
      ]
      shop.reset()

      for (const { status, headers, body } of answers) {
        expect(status).toBe(503)
        expect(headers['retry-after']).toBe('30')
        expect(body).toContain('Det gikk ikke akkurat nå')
        expect(body).not.toMatch(/er stoppet/)
      }
      expect(await stateOf(email)).toBe('given')
      expect((await post(path)).status).toBe(200)
      expect(await stateOf(email)).toBe('withdrawn')
    },
  )

  it('still shows the page with its button, without what it cannot read (UNSUB-07)', async () => {
    await shop.subscriber('open@example.org')
    const path = await shop.books.unsubscribeLink('open@example.org')
    shop.wires.dynamodb.breaks(() => 'unreachable')
    const { status, body } = await shop.ask({ method: 'GET', path })

    expect(status).toBe(200)
    expect(body).toContain(`action="${path}"`)
    expect(body).toMatch(/<button class="main">Stopp «Nyhetsbrev»<\/button>/)
    expect(body).not.toContain('•••')
  })

  it('counts an act whose answer got lost exactly once (UNSUB-09)', async () => {
    await shop.subscriber('lost@example.org')
    const path = await shop.books.unsubscribeLink('lost@example.org')
    shop.wires.dynamodb.breaks((_, nth) => (nth === 1 ? 'answer-lost' : undefined))
    const { status } = await post(path)

    expect(status).toBe(200)
    expect(shop.wires.dynamodb.calls.length).toBeGreaterThan(1)
    expect(await stateOf('lost@example.org')).toBe('withdrawn')
    expect(await entriesOf('lost@example.org', 'one-click')).toHaveLength(1)
  })

  it('tries again while another transaction is on the same items (UNSUB-10)', async () => {
    await shop.subscriber('contended@example.org')
    const path = await shop.books.unsubscribeLink('contended@example.org')
    shop.wires.dynamodb.breaks((_, nth) => (nth <= 3 ? 'conflict' : undefined))
    const { status } = await post(path)

    expect(status).toBe(200)
    expect(await stateOf('contended@example.org')).toBe('withdrawn')
  })

  it('says so when the contention does not end', async () => {
    await shop.subscriber('endless@example.org')
    const path = await shop.books.unsubscribeLink('endless@example.org')
    shop.wires.dynamodb.breaks(() => 'conflict')
    const { status } = await post(path)
    shop.reset()

    expect(status).toBe(503)
    expect(await stateOf('endless@example.org')).toBe('given')
  })
})

describe('sign-up, confirmation and preferences while a service is down', () => {
  const signUp = (email: string, headers: Record<string, string>) =>
    shop.ask({
      method: 'POST',
      path: '/api/subscriptions',
      headers,
      body:
        headers === jsonType
          ? JSON.stringify({ email, topics: ['newsletter'] })
          : `email=${encodeURIComponent(email)}&topics=newsletter&locale=en`,
    })

  it.each(['dynamodb', 'messaging'] as const)(
    'a sign-up that could not be stored or mailed never says "check your inbox": %s (SEC-12)',
    async (service) => {
      shop.wires[service].breaks(() => 'unreachable')
      const json = await signUp(`down-${service}@example.org`, jsonType)
      const form = await signUp(`down-${service}@example.org`, formType)

      expect([json.status, json.json().code]).toEqual([503, 'try-again'])
      expect(form.status).toBe(503)
      expect(form.body).toContain('<html lang="en">')
      expect(json.body + form.body).not.toMatch(/check-your-inbox|innboks|inbox/i)
    },
  )

  it('a confirmation that could not be stored confirms nothing and can be pressed again (CONS-01)', async () => {
    await shop.signUp('pressed@example.org')
    const path = await shop.books.confirmLink('pressed@example.org')
    shop.wires.dynamodb.breaks(({ action }) =>
      action === 'TransactWriteItems' ? 'server-error' : undefined,
    )
    const failed = await post(path, 'topics=newsletter')
    shop.reset()

    expect(failed.status).toBe(503)
    expect(await shop.books.contactOf('pressed@example.org')).toBeUndefined()
    expect((await post(path, 'topics=newsletter')).status).toBe(200)
    expect(await stateOf('pressed@example.org')).toBe('given')
  })

  it('a confirmation holds although no welcome could be asked for; a second press asks again', async () => {
    await shop.signUp('welcome@example.org')
    const path = await shop.books.confirmLink('welcome@example.org')
    await shop.drain('letters')
    shop.wires.messaging.breaks(() => 'unreachable')
    expect((await post(path, 'topics=newsletter')).status).toBe(200)
    expect(await stateOf('welcome@example.org')).toBe('given')
    shop.reset()
    expect((await post(path, 'topics=newsletter')).status).toBe(200)

    expect(await shop.drain('letters')).toMatchObject([{ kind: 'welcome', topic: 'newsletter' }])
    expect(await entriesOf('welcome@example.org', 'confirm')).toHaveLength(1)
  })

  it('a change that could not be stored is not shown as made (UX-07)', async () => {
    await shop.subscriber('change@example.org')
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf('change@example.org')) }
    shop.wires.dynamodb.breaks(({ action }) =>
      action === 'TransactWriteItems' ? 'unreachable' : undefined,
    )
    const body = '{"choices":{"newsletter":"withdrawn"}}'
    const failed = await shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
    shop.reset()

    expect([failed.status, failed.json().code]).toEqual([503, 'try-again'])
    expect(await stateOf('change@example.org')).toBe('given')
  })

  it('asking for a link by form while the queue is down answers with a page, not with JSON (UX-05)', async () => {
    await shop.subscriber('link@example.org')
    const token = (await shop.books.unsubscribeLink('link@example.org')).slice('/u/'.length)
    shop.wires.messaging.breaks(() => 'unreachable')
    const { status, headers, body } = await post('/api/links', `token=${token}&language=en`)

    expect(status).toBe(503)
    expect(headers['content-type']).toMatch(/^text\/html/)
    expect(body).toContain('<html lang="en">')
  })
})
