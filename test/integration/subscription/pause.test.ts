import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decide } from '../../../functions/consent/decide.ts'
import { standingOf } from '../../../functions/contact/contact.ts'
import { expectInvariants } from '../../support/e2e-invariants.ts'
import { bearer, jsonType, openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(async () => {
  await expectInvariants(shop.books, ['@example.org'])
  await shop.stop()
})

type Shown = { id: string; on?: boolean; state?: string; since?: string; until?: string }
const day = 86_400_000

async function patch(token: string, body: unknown) {
  const headers = { ...jsonType, ...bearer(token) }
  const path = '/api/preferences'
  const reply = await shop.ask({ method: 'PATCH', path, headers, body: JSON.stringify(body) })
  const answer: { choices?: Shown[]; code?: string; undo?: string } = JSON.parse(reply.body)
  const shown = (id: string) => answer.choices?.find((choice) => choice.id === id)
  return { status: reply.status, ...answer, shown }
}

async function session(email: string): Promise<string> {
  await shop.subscriber(email)
  return shop.books.sessionOf(email)
}

describe('a pause', () => {
  it('lasts the days that were asked for, keeps the consent as old as it is, and ends by itself (UX-07, CONS-09)', async () => {
    const email = 'rest@example.org'
    const token = await session(email)
    const before = (await shop.books.contactOf(email))?.choices.newsletter
    const asked = Date.now()
    const { status, shown } = await patch(token, { choices: { newsletter: { paused: 30 } } })
    expect(status).toBe(200)
    expect(shown('newsletter')).toMatchObject({ on: false, state: 'paused', since: before?.at })
    const until = Date.parse(shown('newsletter')?.until ?? '')
    expect(until - asked).toBeGreaterThanOrEqual(30 * day)
    expect(until - asked).toBeLessThan(30 * day + 60_000)
    expect(shown('events')).toMatchObject({ on: true })

    const contact = await shop.books.contactOf(email)
    if (contact === undefined) throw new Error('nobody there')
    const standing = standingOf(contact, await shop.books.addressOf(email))
    const at = (ms: number) =>
      decide(shop.books.store.policy, standing, 'newsletter', new Date(ms)).may
    expect([at(until - 1), at(until)]).toEqual([false, true])
    expect(contact.choices.newsletter).toMatchObject({
      basis: before?.basis,
      noticeVersion: before?.noticeVersion,
    })
  })

  it('is undone, made longer and ended early like anything else', async () => {
    const email = 'back@example.org'
    const token = await session(email)
    const paused = await patch(token, {
      choices: { newsletter: { paused: 30 }, events: { paused: 30 } },
    })
    const undone = await patch(token, { undo: paused.undo })
    expect([undone.shown('newsletter')?.on, undone.shown('events')?.on]).toEqual([true, true])

    await patch(token, { choices: { newsletter: { paused: 30 } } })
    const longer = await patch(token, { choices: { newsletter: { paused: 90 } } })
    expect(Date.parse(longer.shown('newsletter')?.until ?? '')).toBeGreaterThan(
      Date.now() + 89 * day,
    )
    const ended = await patch(token, { choices: { newsletter: 'given' } })
    expect(ended.shown('newsletter')).toMatchObject({ on: true, state: 'given' })
  })

  it('turns nothing on that is off: neither what was never asked for nor what was stopped meanwhile', async () => {
    const email = 'off@example.org'
    const token = await session(email)
    await patch(token, { choices: { newsletter: 'withdrawn' } })
    const revision = (await shop.books.contactOf(email))?.revision
    const answer = await patch(token, {
      choices: { newsletter: { paused: 30 }, webinars: { paused: 30 } },
    })
    expect(answer.status).toBe(200)
    expect(answer.undo).toBeUndefined()
    expect(answer.shown('newsletter')).toMatchObject({ on: false, state: 'withdrawn' })
    expect(answer.shown('webinars')).toMatchObject({ on: false, state: 'unknown' })
    expect((await shop.books.contactOf(email))?.revision).toBe(revision)

    const both = await patch(token, {
      choices: { events: { paused: 30 }, 'direct-marketing': 'withdrawn' },
    })
    expect(both.shown('events')).toMatchObject({ on: false, state: 'withdrawn' })
  })

  it.each([
    ['no days at all', { newsletter: { paused: 0 } }, 400, 'invalid-request'],
    ['91 days', { newsletter: { paused: 91 } }, 400, 'invalid-request'],
    ['half a day', { newsletter: { paused: 0.5 } }, 400, 'invalid-request'],
    ['something else besides', { newsletter: { paused: 30, on: true } }, 400, 'invalid-request'],
    ['a purpose', { profiling: { paused: 30 } }, 409, 'not-available'],
    ['everything', { 'direct-marketing': { paused: 30 } }, 409, 'not-available'],
  ])('of %s is refused', async (what, choices, status, code) => {
    const token = await session(`pause-${what.replaceAll(' ', '-')}@example.org`)
    expect(await patch(token, { choices })).toMatchObject({ status, code })
  })

  it('needs the mailbox: at its end something is on (RIGHT-05)', async () => {
    const email = 'link@example.org'
    await shop.subscriber(email)
    const token = (await shop.books.unsubscribeLink(email)).slice('/u/'.length)
    const answer = await patch(token, { choices: { newsletter: { paused: 30 } } })
    expect(answer).toMatchObject({ status: 403, code: 'mailbox-needed' })
    expect((await shop.books.contactOf(email))?.choices.newsletter?.state).toBe('given')
  })
})

describe('a no to a question', () => {
  it('is stored as refused, not as withdrawn (CONS-07)', async () => {
    const token = await session('no@example.org')
    const answer = await patch(token, { choices: { calls: 'refused' } })
    expect(answer.shown('calls')).toMatchObject({ on: false, state: 'refused' })
  })
})
