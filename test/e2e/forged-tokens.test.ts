import { beforeAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { type Someone, signUp, someone, stillTicked, subscribe } from '../support/e2e-person.ts'

/** Real tokens of one living person, to be bent; whole ones of every kind are in `doors.test.ts`. */
type Tokens = Record<'unsubscribe' | 'undo' | 'confirm' | 'manage' | 'session', string>
let kari: Someone
let tokens: Tokens
beforeAll(async () => {
  kari = someone()
  const { unsubscribe } = await subscribe(kari)
  const session = await books.sessionOf(kari.email)
  const turnedOff = await http('PATCH', '/api/preferences', {
    headers: { ...json, ...bearer(session) },
    body: '{"choices":{"events":"withdrawn"}}',
  })
  await signUp(kari)
  tokens = {
    unsubscribe: unsubscribe.slice('/u/'.length),
    undo: String(turnedOff.json().undo),
    confirm: (await books.confirmLink(kari.email)).slice('/s/'.length),
    manage: await books.manageLink(kari.email),
    session,
  }
})

const bytesOf = (token: string): Buffer => Buffer.from(token, 'base64url')
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
function flip(token: string, bit: number): string {
  const bytes = bytesOf(token)
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  return textOf(bytes)
}

/** Every way of being almost the token. */
function bent(token: string): Record<string, string> {
  const bytes = bytesOf(token)
  const { length } = bytes
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.at(-1) ?? '')
  const unusedBits = (token.length * 6) % 8
  return {
    'one byte short': textOf(bytes.subarray(0, -1)),
    'half of it': token.slice(0, token.length / 2),
    'one letter': token.slice(0, 1),
    'one byte long': textOf(Buffer.concat([bytes, Buffer.of(0)])),
    'twice itself': token + token,
    'another version': flip(token, 0),
    'another key id': flip(token, 8),
    'another body': flip(token, 16),
    'the last bit of the body': flip(token, (length - 17) * 8),
    'the first bit of the tag': flip(token, (length - 16) * 8),
    'the last bit of the tag': flip(token, (length - 1) * 8),
    padding: `${token}=`,
    'the standard alphabet': `${token.slice(0, -1)}%2B`,
    'a line break': `${token}%0A`,
    'a null byte': `${token}%00`,
    'a space before it': `%20${token}`,
    'no tag': textOf(Buffer.concat([bytes.subarray(0, -16), Buffer.alloc(16)])),
    'all zeros': textOf(Buffer.alloc(length)),
    '100,000 letters': 'A'.repeat(8000),
    ...(unusedBits === 0
      ? {}
      : { 'another spelling of the same bytes': token.slice(0, -1) + alphabet[last ^ 1] }),
  }
}

const snapshot = async () => {
  const contact = await books.contactOf(kari.email)
  return { revision: contact?.revision, pending: await books.confirmLink(kari.email) }
}
const shape = ({ status, headers, body }: Awaited<ReturnType<typeof get>>) => ({
  status,
  type: headers['content-type'],
  cookie: headers['set-cookie'],
  body,
})

describe('a bent token', () => {
  it.each(['unsubscribe', 'confirm'] as const)(
    'in the path of %s: 404, one and the same page, nothing changed (UNSUB-08)',
    async (purpose) => {
      const start = purpose === 'unsubscribe' ? '/u/' : '/s/'
      const before = await snapshot()
      const answers = new Map<string, string[]>()
      for (const [how, token] of Object.entries(bent(tokens[purpose]))) {
        for (const reply of [
          await get(start + token),
          await post(start + token, purpose === 'unsubscribe' ? oneClick : stillTicked),
        ]) {
          expect(reply.status, how).toBe(404)
          const key = JSON.stringify(shape(reply))
          answers.set(key, [...(answers.get(key) ?? []), how])
        }
      }
      expect([...answers.values()].slice(1), 'answered otherwise than the first').toEqual([])
      expect(await snapshot()).toEqual(before)
    },
  )

  it.each(['session', 'unsubscribe', 'manage'] as const)(
    'as bearer where %s is asked for: 401, one and the same problem (UNSUB-08, SEC-01)',
    async (purpose) => {
      const before = await snapshot()
      const shapes = new Set<string>()
      for (const [how, token] of Object.entries(bent(tokens[purpose]))) {
        if (/%|=/.test(token)) continue
        const [method, path] =
          purpose === 'manage' ? ['POST', '/api/sessions'] : ['GET', '/api/preferences']
        const reply = await http(method!, path!, { headers: bearer(token) })
        expect(reply.status, how).toBe(401)
        shapes.add(JSON.stringify(shape(reply)))
      }
      expect(shapes.size).toBe(1)
      expect([...shapes][0]).not.toMatch(/kari|expired|signature|key/i)
      expect(await snapshot()).toEqual(before)
    },
  )

  it('as undo: 409 on the page and in the API, nothing changed', async () => {
    const before = await snapshot()
    for (const [how, undo] of Object.entries(bent(tokens.undo))) {
      const page = await post(`/u/${tokens.unsubscribe}/undo`, `undo=${undo}`)
      expect(page.status, how).toBe(409)
      if (undo.length > 256) continue
      const reply = await http('PATCH', '/api/preferences', {
        headers: { ...json, ...bearer(tokens.session) },
        body: JSON.stringify({ undo }),
      })
      expect([reply.status, reply.json().code], how).toEqual([409, 'expired'])
    }
    expect(await snapshot()).toEqual(before)
  })
})

describe('a token past its time or generation', () => {
  const past = (minutes: number) => new Date(Date.now() - minutes * 60_000)

  it('opens nothing: a session, a mailed link (SEC-03)', async () => {
    const manage = async (over: object) =>
      http('POST', '/api/sessions', { headers: bearer(await books.manageLink(kari.email, over)) })
    const session = async (over: object) =>
      get('/api/preferences', { headers: bearer(await books.sessionOf(kari.email, over)) })
    const replies = [
      await session({ expires: past(0) }),
      await session({ generation: 1 }),
      await manage({ issued: past(30) }),
      await manage({ generation: 1 }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1)
    expect((await manage({ issued: past(29) })).status).toBe(200)
  })
})
