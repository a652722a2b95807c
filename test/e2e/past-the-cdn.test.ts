import { beforeAll, describe, expect, it } from 'vitest'
import { ssmKeys } from '../../functions/platform/keyring.ts'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import { originSecret } from '../../infra/origin-secret.ts'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, form, http, json, oneClick } from '../support/e2e-http.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'
import { remember } from '../support/e2e-traces.ts'

let kari: Someone
let link: string
let session: string
let secret: string
beforeAll(async () => {
  kari = someone()
  link = (await subscribe(kari)).unsubscribe
  session = await books.sessionOf(kari.email)
  const clients = createClients(cloud.endpoints, cloud.region)
  secret = await originSecret(ssmKeys(clients.ssm, cloud.keyPath, () => new Date()))
  destroyClients(clients)
  // SEC-14: it is in every event of these functions, and in none of their logs.
  remember(secret)
})

/** The HTTP API itself, as whoever finds its address could call it. */
const directly = (method: string, path: string, init: RequestInit = {}) =>
  fetch(cloud.api + path, { method, ...init })

const routes: [string, string, RequestInit?][] = [
  ['GET', '/api/policy'],
  ['GET', '/api/preferences'],
  ['POST', '/api/subscriptions', { headers: json, body: '{"email":"eve@example.org"}' }],
  ['POST', '/api/links', { headers: form, body: 'email=eve@example.org' }],
  ['GET', '/s/AAAA'],
]

describe('past the CDN', () => {
  it.each(routes)('%s %s is refused, with and without a guess (SEC-09)', async (...route) => {
    const [method, path, init = {}] = route
    for (const guess of [{}, { 'origin-secret': 'A'.repeat(43) }, { 'viewer-ip': '192.0.2.1' }]) {
      const headers = { ...init.headers, ...guess }
      const reply = await directly(method, path, { ...init, headers })
      expect([reply.status, await reply.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'not-accepted' }),
      ])
    }
  })

  it('even a living session opens nothing there, and everything through the CDN', async () => {
    const headers = bearer(session)
    expect((await directly('GET', '/api/preferences', { headers })).status).toBe(403)
    expect((await http('GET', '/api/preferences', { headers })).status).toBe(200)
  })

  it('the CDN’s word is not the caller’s: a header of that name changes nothing', async () => {
    const headers = { ...bearer(session), 'origin-secret': 'A'.repeat(43) }
    expect((await http('GET', '/api/preferences', { headers })).status).toBe(200)
  })

  it('UNSUB-06: the link in a mail works either way', async () => {
    expect((await directly('GET', link)).status).toBe(200)
    const reply = await directly('POST', link, { headers: form, body: oneClick })
    expect(reply.status).toBe(200)
    const { choices } = (await http('GET', '/api/preferences', { headers: bearer(session) })).json()
    expect(JSON.stringify(choices)).toContain('withdrawn')
    expect((await http('GET', link)).status).toBe(200)
  })
})
