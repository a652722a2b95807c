import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { newCampaignId } from '../../functions/campaign/campaign-record.ts'
import { messageIdOf, messageKey } from '../../functions/campaign/message-record.ts'
import { contactItemKey } from '../../functions/contact/contact.ts'
import { mintHitId } from '../../functions/platform/hit-id.ts'
import { readTogether, toItem } from '../../functions/platform/table.ts'
import type { Split, Statistics } from '../../functions/tracking/statistics.ts'
import { type Tracked, trackedOf } from '../../functions/tracking/tracked.ts'
import { books } from '../support/e2e-cloud.ts'
import { bearer, get, http, json } from '../support/e2e-http.ts'
import { confirm, type Someone, signUp, someone } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'
import { remember } from '../support/e2e-traces.ts'
import { campaignItem, campaignSecret, listedItem, messageItem } from '../support/mailed-items.ts'

function fail(): never {
  throw new Error('there is no reader')
}

/** Somebody to whom a campaign has gone out, whose mail lies in their mailbox. */
type Mailed = Someone & { contactId: string; messageId: string; hitId: string }
const campaignId = newCampaignId()
const target = 'https://nordlys.example/autumn?ref=mail#top'
const browser = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
}
const { db, main } = books.store.tables
const put = (item: Record<string, unknown>) =>
  db.send(new PutItemCommand({ TableName: main, Item: toItem(item) }))

async function mailed(purposes: readonly string[]): Promise<Mailed> {
  const person = someone('liv')
  await signUp(person, { topics: ['newsletter'], purposes })
  await confirm(person, ['topics=newsletter', ...purposes.map((id) => `purposes=${id}`)].join('&'))
  const { contactId, choices } = (await books.contactOf(person.email)) ?? fail()
  const messageId = messageIdOf(campaignSecret, contactId)
  const { ledgerId, at: sentAt } = choices.newsletter ?? fail()
  await put({ ...messageItem(campaignId, contactId), ledgerId, sentAt })
  const hitId = mintHitId(await books.store.keys('hit'), { campaignId, messageId })
  remember(hitId)
  return { ...person, contactId, messageId, hitId }
}

/** As if nothing had been heard of them since that day. */
async function silentSince({ contactId }: Mailed, day: string): Promise<void> {
  await db.send(
    new UpdateItemCommand({
      TableName: main,
      Key: toItem(contactItemKey(contactId)),
      UpdateExpression: 'SET actedAt = :day',
      ExpressionAttributeValues: toItem({ ':day': day }),
    }),
  )
}

async function trackedOn({ messageId }: Mailed): Promise<Tracked | undefined> {
  const key = messageKey(campaignId, messageId)
  const [item] = await readTogether(db, [{ table: main, key }])
  return trackedOf(item ?? {})
}

const pixel = ({ hitId, from }: Mailed) =>
  http('GET', `/o/${hitId}.gif`, { headers: browser, from })
const link = ({ hitId, from }: Mailed) => http('GET', `/c/${hitId}/0`, { headers: browser, from })

let allows: Mailed
let silent: Mailed
beforeAll(async () => {
  await put(campaignItem(campaignId, [target]))
  await put(listedItem(campaignId))
  allows = await mailed(['open-tracking', 'click-tracking'])
  silent = await mailed([])
})

describe('a mail that lies in a mailbox', () => {
  it('TRACK-03 TRACK-10 shows everybody the same picture and leads everybody to the same page', async () => {
    const [first, second] = [await pixel(allows), await pixel(silent)]
    const dated = { date: undefined }
    expect({ ...second.headers, ...dated }).toEqual({ ...first.headers, ...dated })
    expect([first.status, first.headers['content-type'], second.body]).toEqual([
      200,
      'image/gif',
      first.body,
    ])
    for (const person of [allows, silent]) {
      const reply = await link(person)
      expect([reply.status, reply.headers.location]).toEqual([302, target])
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
    expect((await get(`/c/${allows.hitId}/1`)).status).toBe(404)
  })

  it('TRACK-01 TRACK-02 is remembered for who allows it, and until they say no', async () => {
    const kinds = async () => (await trackedOn(allows))?.hits.map(({ kind }) => kind).sort()
    await vi.waitFor(async () => expect(await kinds()).toEqual(['click', 'open']), 30_000)
    const { status } = await http('PATCH', '/api/preferences', {
      headers: { ...json, ...bearer(await books.sessionOf(allows.email)) },
      body: '{"choices":{"open-tracking":"withdrawn"}}',
    })
    expect(status).toBe(200)
    const clicksOf = async () =>
      (await trackedOn(allows))?.hits.filter(({ kind }) => kind === 'click').length
    await pixel(allows)
    await link(allows)
    await vi.waitFor(async () => expect(await clicksOf()).toBe(2), 30_000)
    const opens = (await trackedOn(allows))?.hits.filter(({ kind }) => kind === 'open')
    expect(opens).toHaveLength(1)
    expect(await trackedOn(silent)).toBeUndefined()
  })

  it('SUPP-08 and what was known of opens is deleted in the night after the no', async () => {
    const headers = { ...json, ...bearer(await staffTokenOf(['privacy'])) }
    const order = await http('POST', '/staff/retention', { headers, body: '{"mode":"for-real"}' })
    expect(order.status).toBe(202)
    const kinds = async () => new Set((await trackedOn(allows))?.hits.map(({ kind }) => kind))
    await vi.waitFor(async () => expect(await kinds()).toEqual(new Set(['click'])), 60_000)
    // And they are no part of the rate any more; how often was opened is of nobody.
    const viewer = { headers: bearer(await staffTokenOf(['viewer'])) }
    const read = (await get(`/staff/campaigns/${campaignId}/statistics`, viewer)).json()
    const { opens, clicks } = read as unknown as Statistics
    const sum = ({ people, machines, unknown }: Split) => people + machines + unknown
    expect([sum(opens.unique), sum(opens.total)]).toEqual([0, 1])
    expect(sum(clicks.unique)).toBe(1)
  })

  it('SUPP-07 a link followed after a long silence is heard of', async () => {
    await silentSince(allows, '2026-01-01T00:00:00.000Z')
    const today = new Date().toISOString().slice(0, 10)
    await link(allows)
    const heard = async () => (await books.contactOf(allows.email))?.actedAt ?? ''
    await vi.waitFor(async () => expect((await heard()) >= today).toBe(true), 30_000)
  })

  it('RIGHT-11 an erasure takes the mail and all that is known of it, and its link leads on', async () => {
    const headers = { ...json, ...bearer(await books.sessionOf(allows.email)) }
    const body = '{"kind":"erasure"}'
    expect((await http('POST', '/api/requests', { headers, body })).status).toBe(202)
    const key = messageKey(campaignId, allows.messageId)
    const left = async () => (await readTogether(db, [{ table: main, key }]))[0]
    await vi.waitFor(async () => expect(await left()).toBeUndefined(), 30_000)
    expect((await link(allows)).headers.location).toBe(target)
  })
})
