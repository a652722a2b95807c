import { setTimeout as wait } from 'node:timers/promises'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { addressSchema } from '../../functions/contact/address.ts'
import { contactItemKey } from '../../functions/contact/contact.ts'
import { pendingLetterPuts } from '../../functions/contact/pending-letter.ts'
import { toItem, transact } from '../../functions/platform/table.ts'
import { books } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, post } from '../support/e2e-http.ts'
import { lettersTo, letterTo } from '../support/e2e-inbox.ts'
import { someone, subscribe } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'

const hour = 3_600_000
const { db, main } = books.store.tables

/** As if nothing had been heard of them for longer than the policy allows. */
async function silenced(email: string): Promise<string> {
  const { contactId = '' } = await books.addressOf(email)
  const days = books.store.policy.retention.inactiveContact
  await db.send(
    new UpdateItemCommand({
      TableName: main,
      Key: toItem(contactItemKey(contactId)),
      UpdateExpression: 'SET actedAt = :then',
      ExpressionAttributeValues: toItem({
        ':then': new Date(Date.now() - (days + 1) * 24 * hour).toISOString(),
      }),
    }),
  )
  return contactId
}

type Run = { mode: string; startedAt: string; finishedAt?: string; counts: Record<string, number> }

/** Has a colleague who answers for the data order a run, and waits for its end. */
async function ordered(mode: 'for-real' | 'dry-run'): Promise<Run> {
  const headers = { ...json, ...bearer(await staffTokenOf(['privacy'])) }
  const order = await http('POST', '/staff/retention', { headers, body: JSON.stringify({ mode }) })
  expect(order.status).toBe(202)
  for (let tries = 0; tries < 150; tries++) {
    const { runs } = (await get('/staff/retention', { headers })).json() as { runs: Run[] }
    const run = runs.find(
      (each) => each.mode === mode && each.startedAt >= String(order.json().asked),
    )
    if (run?.finishedAt !== undefined) return run
    await wait(200)
  }
  throw new Error('the sweep did not end in time')
}

async function gone(contactId: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    const items = [...(await books.all('main')), ...(await books.all('keys'))]
    if (!JSON.stringify(items.map(({ pk, sk }) => [pk, sk])).includes(contactId)) return true
    await wait(100)
  }
  return false
}

describe('the sweep', () => {
  it('says what would go, then forgets who has been silent, and takes up what got stuck (SUPP-06, SUPP-07)', async () => {
    const [silent, stopped, active] = ['sissel', 'ola', 'eva'].map(someone)
    for (const person of [silent!, stopped!, active!]) {
      const { unsubscribe } = await subscribe(person)
      if (person === stopped) await post(unsubscribe, 'scope=all')
    }
    const session = await books.sessionOf(silent!.email)
    const headers = { ...json, ...bearer(session) }
    const body = '{"kind":"objection","to":"calls"}'
    expect((await http('POST', '/api/requests', { headers, body })).status).toBe(202)
    const forgotten = [await silenced(silent!.email), await silenced(stopped!.email)]
    const waiting = someone('per')
    const letter = {
      letterId: '00000000-0000-7000-8000-000000000001',
      email: parse(addressSchema, waiting.email),
      language: 'nb',
    }
    const puts = await pendingLetterPuts(books.store, letter, new Date(Date.now() - 2 * hour))
    await transact(db, puts)

    const looked = await ordered('dry-run')
    expect(looked.counts).toMatchObject({ 'inactive-contact:due': 2, 'stuck-letter:due': 1 })
    expect(await books.contactOf(silent!.email)).toBeDefined()
    const done = await ordered('for-real')
    expect(done.counts).toMatchObject({ 'inactive-contact:done': 2, 'stuck-letter:done': 1 })

    for (const contactId of forgotten) expect(await gone(contactId)).toBe(true)
    await letterTo(waiting.email, ({ text }) => text.includes('slettet'))
    expect(await books.contactOf(active!.email)).toBeDefined()
    // Silence leaves nothing; a stop of everything is remembered without the person (SUPP-01).
    const { addressKey } = await books.addressOf(silent!.email)
    const items = (await books.all('main')).filter(({ pk, sk }) => pk === addressKey && sk === 'A')
    expect(items).toEqual([])
    const { contactId, suppressions } = await books.addressOf(stopped!.email)
    expect([contactId, Object.keys(suppressions)]).toEqual([undefined, ['objection']])
    for (const { email } of [silent!, stopped!]) {
      expect((await lettersTo(email)).some(({ text }) => text.includes('slettet'))).toBe(false)
    }
    const again = await ordered('for-real')
    expect(again.counts['inactive-contact:done']).toBeUndefined()
  })
})
