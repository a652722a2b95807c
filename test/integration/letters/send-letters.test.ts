import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'
import type { Inbox } from './post-office.ts'

/** The deployed bundle itself, under the template's own environment, on wires that can break. */
let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterEach(() => shop.reset())
afterAll(() => shop.stop())

async function inbox(email: string): Promise<Inbox[]> {
  const answer = await fetch(`${shop.local.endpoints.mail}/store`)
  const { emails } = (await answer.json()) as { emails: Inbox[] }
  return emails.filter(({ destination }) => destination.to.includes(email))
}

/** Whether the function is done with the message, so that the queue lets it go. */
async function isDone(message: unknown): Promise<boolean> {
  const outcome = await shop.deliver('send-letters', message)
  if (outcome.kind !== 'result') throw new Error('the function did not answer')
  const { batchItemFailures } = outcome.value as { batchItemFailures: unknown[] }
  return batchItemFailures.length === 0
}

async function waiting(kind: string): Promise<Record<string, unknown>> {
  const found = (await shop.drain('letters')).find((message) => message.kind === kind)
  if (found === undefined) throw new Error(`no ${kind} letter waits`)
  return found
}

describe('the function behind the queue of letters', () => {
  it('mails the confirmation of a form, then the welcome of what was confirmed', async () => {
    const email = 'journey@example.org'
    await shop.signUp(email)
    expect(await isDone(await waiting('confirm'))).toBe(true)
    const [confirmation] = await inbox(email)
    expect(confirmation?.body.text).toContain(await shop.books.confirmLink(email))

    await shop.confirm(email)
    const welcomes = (await shop.drain('letters')).filter(({ kind }) => kind === 'welcome')
    expect(welcomes.map(({ topic }) => topic).sort()).toEqual(['events', 'newsletter'])
    for (const message of welcomes) expect(await isDone(message)).toBe(true)
    const mails = (await inbox(email)).slice(1)
    expect(mails.map(({ headers }) => headers.map(({ name }) => name))).toEqual([
      ['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id', 'Auto-Submitted'],
      ['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id', 'Auto-Submitted'],
    ])
  })

  it('SEC-12 keeps a letter in its queue while a service is down, and asks SES once', async () => {
    const email = 'outage@example.org'
    await shop.signUp(email)
    const message = await waiting('confirm')
    shop.wires.dynamodb.breaks(() => 'server-error')
    expect(await isDone(message)).toBe(false)
    shop.reset()
    shop.wires.mail.breaks(() => 'server-error')
    expect(await isDone(message)).toBe(false)
    expect(shop.wires.mail.calls).toHaveLength(1)
    expect(await inbox(email)).toEqual([])
  })

  it('is done with a link to one’s choices also where the answer to its last write got lost', async () => {
    const email = 'lost@example.org'
    await shop.subscriber(email)
    await shop.drain('letters')
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ email })
    await shop.ask({ method: 'POST', path: '/api/links', headers, body })
    const message = await waiting('manage')
    let lost = 0
    shop.wires.dynamodb.breaks((call) =>
      call.body.includes('REMOVE #lease') && ++lost === 1 ? 'answer-lost' : undefined,
    )
    expect(await isDone(message)).toBe(true)
    expect([lost, (await inbox(email)).length]).toEqual([2, 1])
  })

  it('SEC-09 puts a second form’s letter back into the queue instead of mailing or dropping it', async () => {
    const email = 'second@example.org'
    await shop.signUp(email)
    expect(await isDone(await waiting('confirm'))).toBe(true)
    await shop.signUp(email)
    const message = await waiting('confirm')
    expect(await isDone(message)).toBe(true)
    expect(await inbox(email)).toHaveLength(1)
    const [call] = shop.wires.messaging.calls
      .filter(({ action }) => action === 'SendMessage')
      .slice(-1)
    const { MessageBody, DelaySeconds } = JSON.parse(call?.body ?? '{}')
    expect(JSON.parse(MessageBody)).toEqual(message)
    expect(DelaySeconds).toBeGreaterThan(590)
    expect(DelaySeconds).toBeLessThanOrEqual(600)
  })

  it('refuses a message that it does not know, and says so without quoting it', async () => {
    expect(await isDone({ kind: 'newsletter', email: 'spam@example.org' })).toBe(false)
    expect(shop.logs()).toContain('a message was not handled')
  })

  it('SEC-14 writes no address, link or token into its log', () => {
    expect(shop.logs()).toContain('a letter')
    expect(shop.logs()).not.toMatch(/@example\.org|\/s\/|#t=|List-/)
  })
})
