import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
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
  // Each function keeps its keys for a minute: what is counted is every later call.
  await shop.subscriber('warm@example.org')
  const link = await shop.books.unsubscribeLink('warm@example.org')
  await shop.ask({ method: 'GET', path: link })
  await shop.ask({ method: 'POST', path: link, headers: formType, body: oneClick })
})
afterEach(() => shop.reset())
afterAll(() => shop?.stop())

const actions = (): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(shop.wires)
      .map(([service, { calls }]) => [service, calls.map(({ action }) => action)] as const)
      .filter(([, calls]) => calls.length > 0),
  )

describe('what one act costs in calls to AWS', () => {
  it('a one-click is one transaction and nothing before it (UNSUB-04, UNSUB-10)', async () => {
    await shop.subscriber('one-click@example.org')
    const path = await shop.books.unsubscribeLink('one-click@example.org')
    shop.reset()
    const { status } = await shop.ask({ method: 'POST', path, headers: formType, body: oneClick })

    expect(status).toBe(200)
    expect(actions()).toEqual({ dynamodb: ['TransactWriteItems'] })
  })

  it('a sign-up is one transaction and one message, for the known as for the unknown (SEC-08)', async () => {
    await shop.subscriber('known@example.org')
    await shop.subscriber('objected@example.org')
    await shop.ask({
      method: 'PATCH',
      path: '/api/preferences',
      headers: { ...jsonType, ...bearer(await shop.books.sessionOf('objected@example.org')) },
      body: '{"choices":{"direct-marketing":"objected"}}',
    })
    for (const email of ['known@example.org', 'objected@example.org', 'unknown@example.org']) {
      shop.reset()
      await shop.signUp(email)
      expect(actions()).toEqual({ dynamodb: ['TransactWriteItems'], messaging: ['SendMessage'] })
    }
  })

  it('asking for a link is one message, for the known as for the unknown (SEC-08)', async () => {
    await shop.subscriber('linked@example.org')
    for (const email of ['linked@example.org', 'nobody@example.org']) {
      shop.reset()
      const body = JSON.stringify({ email })
      await shop.ask({ method: 'POST', path: '/api/links', headers: jsonType, body })
      expect(actions()).toEqual({ messaging: ['SendMessage'] })
    }
  })

  it('the pages behind mail links are one batch read each; one for a purpose looks at an earlier no (CONS-10)', async () => {
    await shop.subscriber('reader@example.org')
    await shop.signUp('pending@example.org')
    const pages = [
      await shop.books.unsubscribeLink('reader@example.org'),
      await shop.books.confirmLink('pending@example.org'),
    ]
    const costs: unknown[] = []
    for (const path of pages) {
      shop.reset()
      const { status } = await shop.ask({ method: 'GET', path })
      expect(status).toBe(200)
      costs.push(actions())
    }
    expect(costs).toEqual([
      { dynamodb: ['BatchGetItem'] },
      { dynamodb: ['BatchGetItem', 'BatchGetItem'] },
    ])
  })

  it('the choices are one batch read through a newsletter, and one more for the address in a session', async () => {
    await shop.subscriber('choices@example.org')
    const link = (await shop.books.unsubscribeLink('choices@example.org')).slice('/u/'.length)
    const session = await shop.books.sessionOf('choices@example.org')
    const costs: unknown[] = []
    for (const token of [link, session]) {
      shop.reset()
      await shop.ask({ method: 'GET', path: '/api/preferences', headers: bearer(token) })
      costs.push(actions())
    }

    expect(costs).toEqual([
      { dynamodb: ['BatchGetItem'] },
      { dynamodb: ['BatchGetItem', 'BatchGetItem'] },
    ])
  })

  it('a token that is not ours costs no call at all (SEC-09)', async () => {
    const forged = `/u/${'A'.repeat(80)}`
    await shop.ask({ method: 'GET', path: forged })
    await shop.ask({ method: 'POST', path: forged, headers: formType, body: oneClick })
    await shop.ask({ method: 'GET', path: '/s/AQEAAAAA' })
    await shop.ask({ method: 'GET', path: '/api/preferences', headers: bearer('AQEAAAAA') })

    expect(actions()).toEqual({})
  })
})
