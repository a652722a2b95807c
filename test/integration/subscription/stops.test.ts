import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readShards, sumOf } from '../../../functions/campaign/read-figures.ts'
import { readStops } from '../../../functions/campaign/stops.ts'
import { readPartition } from '../../../functions/platform/table.ts'
import { unsubscribeToken } from '../../../functions/platform/token-bodies.ts'
import { stopsSection } from '../../../functions/rights/copy/stops-section.ts'
import { expectInvariants } from '../../support/e2e-invariants.ts'
import {
  bearer,
  formType,
  jsonType,
  oneClick,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'

/** Who counts among those who stopped through a campaign's mail, and who no longer does (UNSUB-09). */
let shop: Workshop
let campaign: string
let campaigns = 0
beforeAll(async () => {
  shop = await openWorkshop()
})
beforeEach(() => {
  shop.reset()
  campaign = (++campaigns).toString(16).padStart(16, 'c')
})
afterAll(async () => {
  await expectInvariants(shop.books, ['@example.org'])
  await shop.stop()
})

type Reader = { email: string; contactId: string; path: string }
/** Somebody who has the campaign's mail. */
async function reader(email: string): Promise<Reader> {
  await shop.subscriber(email)
  const { contactId = '' } = await shop.books.addressOf(email)
  return { email, contactId, path: await linkOf(contactId) }
}
const linkOf = async (contactId: string, of = campaign) => {
  const claims = { contactId, topic: 'newsletter', campaign: of }
  return `/u/${await unsubscribeToken.mint(shop.books.store.keys, claims)}`
}
/** @returns the undo that the answer offers. */
async function stop(path: string, body = oneClick): Promise<string> {
  const answer = await shop.ask({ method: 'POST', path, headers: formType, body })
  expect(answer.status).toBe(200)
  return /name="undo" value="([^"]+)"/.exec(answer.body)?.[1] ?? ''
}
async function takeBack(path: string, undo: string): Promise<number> {
  const body = `undo=${undo}`
  return (await shop.ask({ method: 'POST', path: `${path}/undo`, headers: formType, body })).status
}
async function turnOn({ email }: Reader): Promise<void> {
  const { status } = await shop.ask({
    method: 'PATCH',
    path: '/api/preferences',
    headers: { ...jsonType, ...bearer(await shop.books.sessionOf(email)) },
    body: '{"choices":{"newsletter":"given"}}',
  })
  expect(status).toBe(200)
}
const tables = () => ({ db: shop.local.dynamodb, main: shop.local.tables.main })
const stopped = async (of = campaign) =>
  sumOf(await readShards(tables(), of, 'U#')).unsubscribed ?? 0
const stateOf = async ({ email }: Reader) =>
  (await shop.books.contactOf(email))?.choices.newsletter?.state

describe('whoever stops through a mail', () => {
  it('counts once, also when they stop the topic and then everything', async () => {
    const eva = await reader('eva@example.org')
    await stop(eva.path)
    await stop(eva.path, 'scope=topic')
    await stop(eva.path, 'scope=all')
    await stop(eva.path, 'scope=all')
    expect(await stopped()).toBe(1)
  })

  it('counts once, also when they had come back and stop again through the same mail', async () => {
    const per = await reader('per@example.org')
    await stop(per.path)
    await turnOn(per)
    expect(await stopped()).toBe(1)
    await stop(per.path)
    expect([await stateOf(per), await stopped()]).toEqual(['withdrawn', 1])
  })

  it('counts for each mail through which they stop, and for none whose stop changed nothing', async () => {
    const liv = await reader('liv@example.org')
    const [other, third] = ['d'.repeat(16), 'e'.repeat(16)]
    await stop(liv.path)
    await stop(await linkOf(liv.contactId, other))
    await turnOn(liv)
    await stop(await linkOf(liv.contactId, third))
    expect([await stopped(), await stopped(other), await stopped(third)]).toEqual([1, 0, 1])
  })

  it('is one transaction, and one more where they count already (UNSUB-10)', async () => {
    const jon = await reader('jon@example.org')
    await stop(jon.path)
    const ida = await reader('ida@example.org')
    shop.reset()
    await stop(ida.path)
    const writes = () =>
      shop.wires.dynamodb.calls
        .map(({ action }) => action)
        .filter((each) => each !== 'BatchGetItem')
    expect(writes()).toEqual(['TransactWriteItems'])
    await turnOn(ida)
    shop.reset()
    await stop(ida.path)
    expect(writes()).toEqual(['TransactWriteItems', 'TransactWriteItems'])
  })

  it('RIGHT-11 is remembered under themself, for as long as the figure, and in their copy', async () => {
    const ole = await reader('ole@example.org')
    await stop(ole.path)
    const [mark] = await Array.fromAsync(readStops(tables(), ole.contactId))
    expect(mark).toMatchObject({ campaignId: campaign, counted: true })
    const days = shop.books.store.policy.retention.messages
    const ends = Date.now() + days * 86_400_000
    expect(Math.abs((mark?.forgottenAt.getTime() ?? 0) - ends)).toBeLessThan(60_000)
    const rows = await Array.fromAsync(stopsSection(tables(), ole.contactId).rows)
    expect(rows).toMatchObject([{ campaignId: campaign, counted: true }])
    const { db, main } = tables()
    const figures = await Array.fromAsync(readPartition(db, main, `N#${campaign}`))
    expect(JSON.stringify(figures)).not.toContain(ole.contactId)
  })
})

describe('whoever takes it back', () => {
  it('no longer counts, however often they say so', async () => {
    const [eva, per] = [await reader('eva2@example.org'), await reader('per2@example.org')]
    const undo = await stop(eva.path)
    await stop(per.path)
    expect(await stopped()).toBe(2)
    expect(await takeBack(eva.path, undo)).toBe(200)
    expect([await stateOf(eva), await stopped()]).toEqual(['given', 1])
    expect([await takeBack(eva.path, undo), await takeBack(eva.path, undo)]).toEqual([409, 409])
    expect(await stopped()).toBe(1)
  })

  it('counts again when they stop again, and not when they take that back, too', async () => {
    const liv = await reader('liv2@example.org')
    for (let round = 0; round < 3; round++) {
      const undo = await stop(liv.path)
      expect(await stopped()).toBe(1)
      expect(await takeBack(liv.path, undo)).toBe(200)
      expect(await stopped()).toBe(0)
    }
  })

  it('still counts while another stop through the same mail stands', async () => {
    const ida = await reader('ida2@example.org')
    const ofTopic = await stop(ida.path)
    const ofAll = await stop(ida.path, 'scope=all')
    expect(await takeBack(ida.path, ofAll)).toBe(200)
    expect([await stateOf(ida), await stopped()]).toEqual(['withdrawn', 1])
    expect(await takeBack(ida.path, ofTopic)).toBe(200)
    expect([await stateOf(ida), await stopped()]).toEqual(['given', 0])
  })

  it('still counts for the stop before, from which they had come back of themselves', async () => {
    const jon = await reader('jon2@example.org')
    await stop(jon.path)
    await turnOn(jon)
    const undo = await stop(jon.path)
    expect(await takeBack(jon.path, undo)).toBe(200)
    expect([await stateOf(jon), await stopped()]).toEqual(['given', 1])
  })

  it('does not count less for another mail, nor for a stop that was of none', async () => {
    const ole = await reader('ole2@example.org')
    const undo = await stop(ole.path)
    expect(await takeBack(ole.path, undo)).toBe(200)
    const other = 'f'.repeat(16)
    await stop(await linkOf(ole.contactId, other))
    expect([await stopped(), await stopped(other)]).toEqual([0, 1])
    const kim = await reader('kim2@example.org')
    const link = await shop.books.unsubscribeLink(kim.email)
    expect(await takeBack(link, await stop(link))).toBe(200)
    expect(await stopped('0'.repeat(16))).toBe(0)
  })

  it('no longer counts, also where it is taken back on the page of their choices', async () => {
    const may = await reader('may2@example.org')
    const undo = await stop(may.path)
    const { status } = await shop.ask({
      method: 'PATCH',
      path: '/api/preferences',
      headers: { ...jsonType, ...bearer(await shop.books.sessionOf(may.email)) },
      body: JSON.stringify({ undo }),
    })
    expect([status, await stateOf(may), await stopped()]).toEqual([200, 'given', 0])
  })

  it('counts on when it is too late, since everything was stopped meanwhile', async () => {
    const pia = await reader('pia2@example.org')
    const undo = await stop(pia.path)
    await stop(await linkOf(pia.contactId, '9'.repeat(16)), 'scope=all')
    expect([await takeBack(pia.path, undo), await stopped()]).toEqual([409, 1])
  })

  it('is counted right whatever meets: stops and undos at once, answers that get lost', async () => {
    const mona = await reader('mona2@example.org')
    for (let round = 0; round < 5; round++) {
      const undo = await stop(mona.path)
      const bodies = [oneClick, 'scope=all', 'scope=topic', oneClick]
      await Promise.all([
        ...bodies.map((body) => stop(mona.path, body)),
        ...[1, 2, 3].map(() => takeBack(mona.path, undo)),
        ...bodies.map((body) => stop(mona.path, body)),
      ])
      expect(await stopped()).toBe((await counts(mona)) ? 1 : 0)
      await turnOn(mona)
    }
    shop.wires.dynamodb.breaks((_, nth) => (nth % 2 === 1 ? 'answer-lost' : undefined))
    const undo = await stop(mona.path)
    await takeBack(mona.path, undo)
    shop.reset()
    expect(await stopped()).toBe((await counts(mona)) ? 1 : 0)
  })
})

/** By the history alone: of all stops through the campaign there is one that was not taken back. */
async function counts({ contactId }: Reader): Promise<boolean> {
  const history = await shop.books.history(contactId)
  const undone = new Set(history.map(({ evidence }) => evidence.undoes))
  return history.some(
    ({ ledgerId, evidence }) => evidence.campaign === campaign && !undone.has(ledgerId),
  )
}
