import { describe, expect, it } from 'vitest'
import { books, tellOfMail } from '../support/e2e-cloud.ts'
import { bearer, form, get, http, json, post } from '../support/e2e-http.ts'
import { isConfirmation, isManage, lettersTo, letterTo, linkIn } from '../support/e2e-inbox.ts'
import {
  confirm,
  type Someone,
  signUp,
  someone,
  stillTicked,
  subscribe,
} from '../support/e2e-person.ts'
import { remember } from '../support/e2e-traces.ts'
import { complaintDetail, sesEventBody } from '../support/ses-events.ts'

/** Somebody whose mailbox is SES's own simulator, which bounces or complains of whatever comes. */
function simulated(what: 'bounce' | 'complaint'): Someone {
  const person = someone()
  const mark = person.email.slice('kari.'.length, person.email.indexOf('@'))
  const email = `${what}+${mark}@simulator.amazonses.com`
  remember(email, encodeURIComponent(email))
  return { ...person, email }
}

const suppressed = async ({ email }: Someone) =>
  Object.keys((await books.addressOf(email)).suppressions)
const eventually = { timeout: 20_000, interval: 100 }

describe('SEND-04 what becomes of a mail', () => {
  it('a complaint about the confirmation is a no that its own button does not lift (CONS-16)', async () => {
    const kari = simulated('complaint')
    await signUp(kari)
    const link = linkIn(await letterTo(kari.email, isConfirmation), '/s/')
    await expect.poll(() => suppressed(kari), eventually).toEqual(['complaint'])

    const { body } = await post(link, stillTicked, { headers: form, from: kari.from })
    expect(body).not.toContain(kari.email)
    expect(await books.contactOf(kari.email)).toBeUndefined()
    expect(await suppressed(kari)).toEqual(['complaint'])
  })

  it('a mailbox that bounces gets nothing more, and its owner has said nothing against us', async () => {
    const kari = simulated('bounce')
    await signUp(kari)
    await letterTo(kari.email, isConfirmation)
    await expect.poll(() => suppressed(kari), eventually).toEqual(['bounce'])

    await confirm(kari)
    const choices = (await books.contactOf(kari.email))?.choices
    expect(choices?.newsletter?.state).toBe('given')
    expect(await suppressed(kari)).toEqual(['bounce'])
    expect(await lettersTo(kari.email)).toHaveLength(1)
  })

  it('the spam button of a mailbox is an objection to everything, and letters still leave (UNSUB-18)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { contactId = '' } = await books.addressOf(kari.email)
    const at = new Date()
    const { email } = kari
    const detail = complaintDetail(email, at)
    await tellOfMail(sesEventBody({ type: 'Complaint', email, contactId, at, detail }))
    await expect.poll(() => suppressed(kari), eventually).toEqual(['complaint'])

    const choices = (await books.contactOf(email))?.choices
    expect([choices?.newsletter?.state, choices?.profiling?.state]).toEqual([
      'objected',
      'objected',
    ])
    const seen = await get('/api/preferences', { headers: bearer(unsubscribe.slice('/u/'.length)) })
    expect([seen.status, seen.body.includes('"given"')]).toEqual([200, false])
    await http('POST', '/api/links', { headers: json, body: JSON.stringify({ email }) })
    await letterTo(email, isManage)
  })

  it('whoever comes back from their own session is mailed again (CONS-16)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { email } = kari
    const at = new Date()
    const detail = complaintDetail(email, at)
    const event = sesEventBody({ type: 'Complaint', email, at, shape: 'notificationType', detail })
    await tellOfMail(event)
    await expect.poll(() => suppressed(kari), eventually).toEqual(['complaint'])
    const headers = { ...json, ...bearer(await books.sessionOf(email)) }
    const body = '{"choices":{"newsletter":"given"}}'
    expect((await http('PATCH', '/api/preferences', { headers, body })).status).toBe(200)
    await tellOfMail(event)

    expect(await suppressed(kari)).toEqual([])
    expect((await books.contactOf(email))?.choices.newsletter?.state).toBe('given')
  })
})
