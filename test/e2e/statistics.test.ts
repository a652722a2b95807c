import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Reputation } from '../../functions/campaign/reputation.ts'
import { readHitId } from '../../functions/platform/hit-id.ts'
import type { Recount } from '../../functions/tracking/recount-record.ts'
import type { Statistics } from '../../functions/tracking/statistics.ts'
import { reader, sentCampaign } from '../support/e2e-campaign.ts'
import { books, tellOfMail } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { letterTo, linkIn } from '../support/e2e-inbox.ts'
import { someone } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'
import { complaintDetail, sesEventBody } from '../support/ses-events.ts'

const browser = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
}
const [tor, pia] = [someone('tor'), someone('pia')]
const subject = `Nytt ${tor.email.slice(4, 14)}`
const target = 'https://nordlys.example/nytt'
let token: string
let path: string
const statistics = async () => {
  const headers = bearer(await staffTokenOf(['viewer']))
  const answer = (await get(`${path}/statistics`, { headers })).json()
  return answer as unknown as Statistics & { recount?: Recount; reputation: Reputation }
}
const soon = { timeout: 30_000, interval: 200 }

beforeAll(async () => {
  token = await staffTokenOf(['marketing'])
  await reader(tor, 'product-news', ['open-tracking', 'click-tracking'])
  await reader(pia, 'product-news')
  path = await sentCampaign(token, 'product-news', {
    subject,
    blocks: [{ markdown: `[Les](${target})` }],
  })
}, 60_000)

describe('the statistics of a campaign', () => {
  it('tell what became of its mails, and how many of its readers are not counted', async () => {
    await vi.waitFor(async () => {
      const { mails, opens } = await statistics()
      expect(mails).toMatchObject({ waiting: 0, unknown: 0, failed: 0 })
      expect(mails.planned).toBeGreaterThanOrEqual(2)
      expect([mails.sent, opens.of + opens.leftOut]).toEqual([mails.planned, mails.planned])
    }, soon)
  })

  it('tell within seconds who opened and followed what, people and machines apart (TRACK-06)', async () => {
    const { html } = await letterTo(tor.email, (letter) => letter.subject === subject)
    const [pixel = ''] = /\/o\/[\w-]{40}\.gif/.exec(html) ?? []
    const [link = ''] = /\/c\/[\w-]{40}\/0/.exec(html) ?? []
    await http('GET', pixel, { headers: browser, from: tor.from })
    // So soon after it was sent, nobody has read it and chosen (TRACK-09).
    await http('GET', link, { headers: browser, from: tor.from })
    await vi.waitFor(async () => {
      const { opens, clicks, links, hours, languages } = await statistics()
      expect(opens).toMatchObject({ unique: { people: 1, machines: 0 }, total: { people: 1 } })
      expect(clicks).toMatchObject({ unique: { people: 0, machines: 1 }, total: { machines: 1 } })
      expect(links).toEqual([
        { url: target, link: 0, followed: 0, clicks: { people: 0, machines: 1, unknown: 0 } },
      ])
      expect(hours).toEqual([
        { hour: expect.stringMatching(/T\d\d:00:00.000Z$/), opens: 1, clicks: 0 },
      ])
      expect(languages[0]).toMatchObject({ language: 'nb', opens: { unique: { people: 1 } } })
    }, soon)
  })

  it('tell how many stopped through its mail', async () => {
    const mail = await letterTo(pia.email, (letter) => letter.subject === subject)
    const link = linkIn(mail, '/u/')
    const stopped = async () => (await statistics()).mails.unsubscribed
    const stop = async () => {
      const { status, body } = await post(link, oneClick)
      expect(status).toBe(200)
      return /name="undo" value="([^"]+)"/.exec(body)?.[1] ?? ''
    }
    const undo = await stop()
    await stop()
    await vi.waitFor(async () => expect(await stopped()).toBe(1), soon)
    // And how many took it back: there, or on the page of their choices.
    expect((await post(`${link}/undo`, `undo=${undo}`)).status).toBe(200)
    expect(await stopped()).toBe(0)
    const headers = { ...json, ...bearer(await books.sessionOf(pia.email)) }
    const body = JSON.stringify({ undo: await stop() })
    expect(await stopped()).toBe(1)
    expect((await http('PATCH', '/api/preferences', { headers, body })).status).toBe(200)
    expect(await stopped()).toBe(0)
    await stop()
    expect(await stopped()).toBe(1)
  })

  it('tell of complaints, which are asked about at once (SEND-06)', async () => {
    const { html } = await letterTo(tor.email, (letter) => letter.subject === subject)
    const hitId = /\/o\/([\w-]{40})\.gif/.exec(html)?.[1] ?? ''
    const hit = readHitId(await books.store.keys('hit'), hitId)
    const tags = { campaign: [hit?.campaignId ?? ''], message: [hit?.messageId ?? ''] }
    const at = new Date()
    const { email } = tor
    const detail = complaintDetail(email, at)
    await tellOfMail(sesEventBody({ type: 'Complaint', email, at, detail, tags }))
    await vi.waitFor(async () => {
      const { mails, reputation } = await statistics()
      expect([mails.complained, reputation.complaints.is]).toEqual([1, 'too-few'])
    }, soon)
  })

  it('can be counted anew, also after a reader is gone', async () => {
    const headers = { ...json, ...bearer(token) }
    expect((await http('POST', `${path}/recounts`, { headers, body: '{}' })).status).toBe(202)
    await vi.waitFor(async () => expect((await statistics()).recount?.outcome).toBe('right'), soon)
  })
})
