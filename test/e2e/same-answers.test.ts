import { beforeAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, form, http, json, nextCaller } from '../support/e2e-http.ts'
import { letterTo } from '../support/e2e-inbox.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

/**
 * Nobody outside may find out which of these somebody is (SEC-08). That each costs the same calls is in
 * `integration/abuse/strangers.test.ts`; how long they take, `npm run timing` measures.
 */
const people: Record<'known' | 'unknown' | 'objected' | 'erasing' | 'erased', Someone> = {
  known: someone(),
  unknown: someone(),
  objected: someone(),
  erasing: someone(),
  erased: someone(),
}
beforeAll(async () => {
  const { known, objected, erased, erasing } = people
  await Promise.all([known, objected, erased, erasing].map((person) => subscribe(person)))
  const ask = async (person: Someone, kind: string) =>
    http('POST', '/api/requests', {
      headers: { ...json, ...bearer(await books.sessionOf(person.email)) },
      body: JSON.stringify({ kind }),
    })
  await ask(objected, 'objection')
  await ask(erased, 'erasure')
  await letterTo(erased.email, ({ text }) => text.includes('fingeravtrykk'))
  await ask(erasing, 'erasure')
})

const names = Object.keys(people) as (keyof typeof people)[]
const ways: [
  string,
  string,
  (email: string) => { headers: Record<string, string>; body: string },
][] = [
  [
    'a sign-up as JSON',
    '/api/subscriptions',
    (email) => ({ headers: json, body: JSON.stringify({ email, topics: ['newsletter'] }) }),
  ],
  [
    'a sign-up as form',
    '/api/subscriptions',
    (email) => ({
      headers: form,
      body: new URLSearchParams({ email, topics: 'events' }).toString(),
    }),
  ],
  [
    'asking for a link as JSON',
    '/api/links',
    (email) => ({ headers: json, body: JSON.stringify({ email }) }),
  ],
  [
    'asking for a link as form',
    '/api/links',
    (email) => ({ headers: form, body: new URLSearchParams({ email }).toString() }),
  ],
]

describe('known, unknown, suppressed and erased addresses', () => {
  it.each(ways)('get the same status, headers and body: %s (SEC-08)', async (_, path, make) => {
    const answers = new Set<string>()
    for (const name of names) {
      const { headers, body } = make(people[name].email)
      const reply = await http('POST', path, { headers, body, from: nextCaller() })
      const { date: _date, ...shown } = reply.headers
      answers.add(JSON.stringify([reply.status, shown, reply.body]))
    }
    expect(answers.size).toBe(1)
    expect([...answers][0]).toMatch(/^\[202,/)
  })
})
