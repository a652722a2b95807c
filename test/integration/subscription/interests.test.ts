import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engagementPut } from '../../../functions/engagement/engagement.ts'
import { transact } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { bearer, jsonType, openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'

/** What we take to interest somebody, on the page of their choices (TRACK-13). */
let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
beforeEach(() => shop.reset())
afterAll(() => shop.stop())

type Reader = { email: string; contactId: string; session: string }

/** @param purposes which they have ticked. */
async function reader(email: string, purposes: readonly string[]): Promise<Reader> {
  await shop.signUp(email, { purposes })
  const ticked = ['topics=newsletter', ...purposes.map((id) => `purposes=${id}`)]
  await shop.confirm(email, ticked.join('&'))
  const { contactId = '' } = await shop.books.addressOf(email)
  return { email, contactId, session: await shop.books.sessionOf(email) }
}
/** Follows a link, as its hit would have it noted. */
async function follows({ contactId }: Reader, link: number, interests: readonly string[]) {
  const at = new Date().toISOString()
  const followed = { contactId, campaignId: 'ab'.repeat(8), link, interests, at, hit: `h${link}` }
  const put = engagementPut(shop.local.tables, followed, { now: new Date(), days: 365 })
  await transact(shop.local.dynamodb, [put])
}
const preferences = async (token: string) =>
  (await shop.ask({ method: 'GET', path: '/api/preferences', headers: bearer(token) })).json()
const choose = async ({ session }: Reader, choices: Record<string, string>) => {
  const headers = { ...jsonType, ...bearer(session) }
  const body = JSON.stringify({ choices })
  const answer = await shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
  expect(answer.status).toBe(200)
  return answer.json()
}
const both = ['click-tracking', 'profiling']

describe('the interests of somebody', () => {
  it('are told in a session, the strongest first, with points, links and the last day', async () => {
    const eva = await reader('eva@example.org', both)
    expect(await preferences(eva.session)).not.toHaveProperty('interests')
    await follows(eva, 0, ['planning'])
    await follows(eva, 1, ['planning', 'integration'])
    await follows(eva, 2, ['no longer declared'])
    const { click } = policy.profile.points
    const { interests } = await preferences(eva.session)
    const lastAt = expect.stringMatching(new RegExp(`^${new Date().toISOString().slice(0, 10)}`))
    expect(interests).toEqual({
      weight: click,
      halfLifeDays: policy.profile.halfLifeDays,
      each: [
        { name: policy.profile.interests.planning?.name, points: 2 * click, links: 2, lastAt },
        { name: policy.profile.interests.integration?.name, points: click, links: 1, lastAt },
      ],
    })
  })

  it('RIGHT-05 are never told to the bearer of a newsletter’s link', async () => {
    const per = await reader('per@example.org', both)
    await follows(per, 0, ['planning'])
    const link = (await shop.books.unsubscribeLink(per.email)).slice('/u/'.length)
    expect(await preferences(link)).not.toHaveProperty('interests')
    expect(await preferences(per.session)).toHaveProperty('interests')
  })

  it.each(both)('TRACK-11 are gone from the answer to the very no: %s', async (purpose) => {
    const liv = await reader(`liv-${purpose}@example.org`, both)
    await follows(liv, 0, ['planning'])
    expect(await preferences(liv.session)).toHaveProperty('interests')
    const { undo, ...answer } = await choose(liv, { [purpose]: 'withdrawn' })
    expect(answer).not.toHaveProperty('interests')
    expect(await preferences(liv.session)).not.toHaveProperty('interests')
    // A yes given anew begins with nothing; an undo gives back what stood.
    const headers = { ...jsonType, ...bearer(liv.session) }
    const body = JSON.stringify({ undo })
    const back = await shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
    expect(back.json()).toHaveProperty('interests')
    await choose(liv, { [purpose]: 'withdrawn' })
    expect(await choose(liv, { [purpose]: 'given' })).not.toHaveProperty('interests')
  })

  it('are looked for of nobody who has not allowed it', async () => {
    const ida = await reader('ida@example.org', ['profiling'])
    await preferences(ida.session)
    shop.reset()
    expect(await preferences(ida.session)).not.toHaveProperty('interests')
    const actions = () => shop.wires.dynamodb.calls.map(({ action }) => action)
    expect(actions()).toEqual(['BatchGetItem', 'BatchGetItem'])
    const ole = await reader('ole@example.org', both)
    shop.reset()
    await preferences(ole.session)
    expect(actions()).toEqual(['BatchGetItem', 'BatchGetItem', 'Query'])
  })
})
