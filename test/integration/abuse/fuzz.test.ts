import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintHitId } from '../../../functions/platform/hit-id.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { routeGroups } from '../../../infra/routes.ts'
import { canary, canaryTraces } from '../../support/canary.ts'
import { expectNoTrace, remember } from '../../support/e2e-traces.ts'
import { openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'
import { failedMessages, httpAnswer } from '../../support/handler-answers.ts'
import { brokenEvent, hostileBatch, hostileRequest } from '../../support/hostile-events.ts'
import { bounceDetail, complaintDetail, sesEventBody } from '../../support/ses-events.ts'

const hit = { campaignId: '0123456789abcdef', messageId: '0123456789abcdef0123456789abcdef' }

/** Every bundle, as it is deployed, given what nobody should send it. */
let shop: Workshop
let tokens: string[]
beforeAll(async () => {
  shop = await openWorkshop()
  const email = 'victim@example.org'
  await shop.subscriber(email)
  await shop.signUp(email)
  const [unsubscribe, confirm] = [
    await shop.books.unsubscribeLink(email),
    await shop.books.confirmLink(email),
  ]
  tokens = [
    unsubscribe.slice('/u/'.length),
    confirm.slice('/s/'.length),
    await shop.books.sessionOf(email),
    await shop.books.manageLink(email),
    canary.token,
    randomId(),
    mintHitId(await shop.books.store.keys('hit'), hit),
  ]
  remember(...tokens, ...canaryTraces)
})
afterAll(async () => {
  expectNoTrace(shop.logs())
  await shop.stop()
})

const faultsOf = (service: string) =>
  shop
    .logs()
    .split('\n')
    .filter((line) => line.includes('"level":"ERROR"') && line.includes(`"service":"${service}"`))
const runs = { numRuns: 200 }

describe.each(routeGroups)('$function', (group) => {
  it('answers whatever a request may hold, and calls none of it a fault (SEC-12, SEC-14)', async () => {
    const before = faultsOf(group.function).length
    const believed = { cdn: shop.cdn, tokens }
    await fc.assert(
      fc.asyncProperty(hostileRequest(group, believed), async (event) => {
        const { statusCode, headers, body } = httpAnswer(await shop.invoke(group.function, event))
        expect(statusCode).toBeLessThan(500)
        if (headers['content-type'] !== 'application/problem+json') return
        for (const trace of canaryTraces) expect(body).not.toContain(trace)
      }),
      runs,
    )
    expect(faultsOf(group.function).slice(before)).toEqual([])
  })

  it('answers an event that no gateway sends, and says nothing of why it could not (SEC-12)', async () => {
    const whole = hostileRequest(group, { cdn: shop.cdn, tokens })
    await fc.assert(
      fc.asyncProperty(brokenEvent(whole), async (event) => {
        httpAnswer(await shop.invoke(group.function, event))
      }),
      runs,
    )
  })
})

const id = randomId()
const messages: Record<string, Record<string, unknown>[]> = {
  'send-letters': [
    { kind: 'confirm', signUpId: id },
    { kind: 'welcome', contactId: id, topic: 'newsletter', ledgerId: id },
    { kind: 'imported', contactId: id, importId: id, ledgerId: id },
    { kind: 'manage', addressKeys: ['A#1#x'], network: 'n' },
    { kind: 'manage-contact', contactId: id },
    { kind: 'copy', contactId: id, requestId: id },
    { kind: 'erased', letterId: id },
    { kind: 'request', about: 'extension', requestId: id },
  ],
  'fulfil-request': [
    { kind: 'erasure', contactId: id, requestId: id },
    { kind: 'access', contactId: id, requestId: id },
    { kind: 'lapse', contactId: id },
    { kind: 'carry-out', requestId: id },
    { kind: 'lift', requestId: id },
  ],
  sweep: [
    { kind: 'start', mode: 'dry-run' },
    { kind: 'part', runId: id, part: 1 },
  ],
  'record-hits': [
    { kind: 'open', ...hit, sign: 'client', network: 'n', at: new Date().toISOString() },
    { kind: 'click', link: 0, ...hit, sign: 'head', network: 'n', at: new Date().toISOString() },
  ],
  'mail-events': ['Bounce', 'Complaint', 'Delivery', 'Rendering Failure'].flatMap((type) => {
    const at = new Date()
    const email = 'victim@example.org'
    const detail = { ...bounceDetail(email, at), ...complaintDetail(email, at) }
    return (['eventType', 'notificationType'] as const).map((shape) =>
      JSON.parse(sesEventBody({ type, email, at, contactId: id, shape, detail })),
    )
  }),
  'export-audience': [
    { kind: 'start', exportId: id },
    { kind: 'shard', exportId: id, shard: '07' },
    { kind: 'finalise', exportId: id },
    { kind: 'wash', exportId: id, file: 'x' },
  ],
  'import-contacts': [{ importId: id }],
}

describe.each(Object.keys(messages))('%s', (name) => {
  it('gives back the messages it cannot take, and no others; it never fails whole (SEC-12, SEC-14)', async () => {
    await fc.assert(
      fc.asyncProperty(hostileBatch(messages[name] ?? []), async (batch) => {
        const ids = batch.Records.map(({ messageId }) => messageId)
        failedMessages(await shop.invoke(name, batch), ids)
      }),
      runs,
    )
  })
})
