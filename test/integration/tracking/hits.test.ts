import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { messageKey } from '../../../functions/campaign/message-record.ts'
import { contactItemKey } from '../../../functions/contact/contact.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { canary } from '../../support/canary.ts'
import { expectNoTrace, remember } from '../../support/e2e-traces.ts'
import { chrome, links, type Mailed, type Mailroom, openMailroom } from './mailed.ts'

/** Pixel, link, queue and record, as they are deployed. */
let room: Mailroom
let campaignId: string
let kari: Mailed
let ola: Mailed
const both = ['open-tracking', 'click-tracking']
const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')

beforeAll(async () => {
  room = await openMailroom()
  campaignId = await room.campaign()
  kari = await room.mail(campaignId, await room.person('kari@example.org', both))
  ola = await room.mail(campaignId, await room.person('ola@example.org', []))
  remember(kari.hitId, canary.ip, chrome, 'kari@example.org')
})
afterEach(() => room.reset())
afterAll(async () => {
  expectNoTrace(room.logs())
  await room.stop()
})

const agent = { 'user-agent': chrome }
const fetched = (path: string, over: { method?: string; headers?: Record<string, string> } = {}) =>
  room.ask({ method: 'GET', path, headers: agent, ip: canary.ip, ...over })
const bent = (id: string): string => id.slice(0, -1) + (id.endsWith('A') ? 'B' : 'A')

describe('the pixel', () => {
  it('TRACK-03 is the same 43 bytes, status and headers for every id, and sets no cookie', async () => {
    expect(gif).toHaveLength(43)
    const other = await room.mail(await room.campaign(), kari.contactId)
    await room.remove(messageKey(other.campaignId, other.messageId))
    const first = await fetched(kari.pixel)
    expect(first.status).toBe(200)
    expect(first.headers).toMatchObject({
      'content-type': 'image/gif',
      'cache-control': 'no-store',
    })
    expect(first.headers['set-cookie']).toBeUndefined()
    for (const path of [
      ola.pixel,
      other.pixel,
      `/o/${bent(kari.hitId)}.gif`,
      `/o/${kari.hitId}`,
      `/o/${kari.hitId}.png`,
      '/o/x',
      `/o/${await room.books.sessionOf('kari@example.org')}.gif`,
    ]) {
      const { status, headers, body } = await fetched(path)
      expect([path, status, headers, body]).toEqual([path, 200, first.headers, first.body])
    }
    // Of all these, the queue was told of those whose tag is ours.
    expect(await room.waiting()).toHaveLength(3)
  })

  it('TRACK-03 SEC-12 is there also while neither queue, tables nor keys answer; then nothing is recorded', async () => {
    for (const wire of Object.values(room.wires)) wire.breaks(() => 'unreachable')
    await room.replaceFunctions()
    expect((await fetched(kari.pixel)).status).toBe(200)
    room.reset()
    room.wires.messaging.breaks(() => 'unreachable')
    await room.replaceFunctions()
    expect((await fetched(kari.pixel)).status).toBe(200)
    expect((await fetched(kari.link(0))).status).toBe(302)
    room.reset()
    expect(await room.waiting()).toEqual([])
  })

  it('TRACK-05 tells the queue a word for the user agent and a hash of the network, no more', async () => {
    await fetched(kari.pixel)
    const [hit] = await room.waiting()
    expect(JSON.parse(hit?.body ?? '')).toEqual({
      kind: 'open',
      campaignId,
      messageId: kari.messageId,
      sign: 'client',
      network: expect.stringMatching(/^[\w-]{16}$/),
      at: expect.any(String),
    })
    expect(hit?.body).not.toContain(canary.ip)
  })
})

describe('a tracked link', () => {
  it('SEC-07 TRACK-10 leads to the page that was stored, and adds nothing to it', async () => {
    const reply = await fetched(kari.link(0))
    expect([reply.status, reply.headers.location]).toEqual([302, links[0]])
    expect(reply.headers['set-cookie']).toBeUndefined()
    expect((await fetched(`${kari.link(1)}?u=https://evil.example`)).headers.location).toBe(
      links[1],
    )
    expect(await room.waiting()).toHaveLength(2)
  })

  it.each(['2', '3', '00', '01', '-1', '1e0', '9999', 'x', '%2e%2e', 'constructor'])(
    'SEC-07 number %s is nowhere: not there, not spelled as we spell it, or no page',
    async (n) => {
      const reply = await fetched(kari.link(n))
      expect([reply.status, reply.headers.location]).toEqual([404, undefined])
      expect(reply.json()).toMatchObject({ code: 'not-found' })
    },
  )

  it('GPC-03 says on its way that the browser asked for privacy, and leads on all the same', async () => {
    const asks = { ...agent, 'sec-gpc': '1' }
    expect((await fetched(kari.link(0), { headers: asks })).headers.location).toBe(links[0])
    await fetched(kari.link(0), { headers: { ...agent, 'sec-gpc': '0' } })
    const told = (await room.waiting()).map(({ body }) => JSON.parse(body).signalled)
    expect(told).toEqual(expect.arrayContaining([true, undefined]))
  })

  it('SEC-02 opens with no other token, nor with a bent id, and then nothing is recorded', async () => {
    const session = await room.books.sessionOf('kari@example.org')
    for (const id of [bent(kari.hitId), session, `${kari.hitId}A`, kari.hitId.slice(0, -1)]) {
      expect((await fetched(`/c/${id}/0`)).status).toBe(404)
    }
    expect(await room.waiting()).toEqual([])
  })

  it('UNSUB-07 HEAD is answered and is a scanner’s: it changes no choice', async () => {
    const before = (await room.books.contactOf('kari@example.org'))?.revision
    expect((await fetched(kari.link(0), { method: 'HEAD' })).headers.location).toBe(links[0])
    expect((await fetched(kari.pixel, { method: 'HEAD' })).status).toBe(200)
    const signs = (await room.waiting()).map(({ body }) => JSON.parse(body).sign)
    expect(signs).toEqual(['head', 'head'])
    expect((await room.books.contactOf('kari@example.org'))?.revision).toBe(before)
  })
})

describe('what is recorded', () => {
  it('TRACK-09 of a link that no person can see: who follows it is a machine, and so are its other clicks', async () => {
    const trap = 'https://nordlys.example'
    const mailed = await room.mail(await room.campaign({ trap }), kari.contactId)
    await fetched(mailed.link(0))
    await room.record(await room.waiting())
    expect((await room.trackedOn(mailed))?.hits.map(({ class: is }) => is)).toEqual([
      'human_likely',
    ])
    expect((await fetched(mailed.link(links.length))).headers.location).toBe(trap)
    await room.record(await room.waiting())
    expect((await room.trackedOn(mailed))?.hits).toMatchObject([
      { link: 0, class: 'scanner', reason: 'trap' },
      { link: links.length, class: 'scanner', reason: 'trap' },
    ])
  })

  it('TRACK-06 TRACK-09 an open and a click once, however often they are delivered, with class and rules', async () => {
    const mailed = await room.mail(await room.campaign(), kari.contactId)
    await fetched(mailed.pixel)
    await fetched(mailed.link(1))
    const hits = await room.waiting()
    expect(hits).toHaveLength(2)
    await room.record(hits)
    await room.record(hits.toReversed())
    await room.record([...hits, ...hits])
    const tracked = await room.trackedOn(mailed)
    expect(tracked).toMatchObject({ rules: 2, revision: 1 })
    expect(tracked?.hits.map(({ kind, class: found }) => [kind, found])).toEqual([
      ['open', 'human_likely'],
      ['click', 'human_likely'],
    ])
    expect(JSON.stringify(tracked)).not.toMatch(/Chrome|\d+\.\d+\.\d+\.\d+|network/)
    expect(await room.figuresOf(mailed.campaignId)).toEqual({
      'open:human_likely': 1,
      'opened:human_likely': 1,
      'in:nb:opened:human_likely': 1,
      'click:human_likely': 1,
      'clicked:human_likely': 1,
      'in:nb:clicked:human_likely': 1,
      'link:1:human_likely': 1,
      'followed:1': 1,
      'hour:open': 1,
      'hour:click': 1,
    })
  })

  it('TRACK-02 nothing of whoever has not said yes, of strangers, and of the erased', async () => {
    const gone = await room.mail(campaignId, await room.person('gone@example.org', both))
    const stranger = await room.mail(campaignId, '00000000-0000-4000-8000-000000000000')
    for (const mailed of [ola, gone, stranger]) {
      await fetched(mailed.pixel)
      await fetched(mailed.link(0))
    }
    await room.remove(contactItemKey(gone.contactId))
    const outcome = await room.record(await room.waiting())
    expect(outcome).toMatchObject({ kind: 'result', value: { batchItemFailures: [] } })
    for (const mailed of [ola, gone, stranger]) {
      expect(await room.trackedOn(mailed)).toBeUndefined()
      expect((await fetched(mailed.link(0))).headers.location).toBe(links[0])
    }
    expect(await room.figuresOf(campaignId)).toEqual({})
    await room.waiting()
  })

  it('TRACK-02 a mail that has been out for long records nothing more after the person’s no, each purpose for itself', async () => {
    const contactId = await room.person('liv@example.org', both)
    const mailed = await room.mail(campaignId, contactId)
    const withdraw = (purpose: string) => room.choose('liv@example.org', purpose, 'withdrawn')
    await fetched(mailed.pixel)
    await fetched(mailed.link(0))
    // In the queue already: the moment of recording decides.
    await withdraw('open-tracking')
    await room.record(await room.waiting())
    const kinds = async () => (await room.trackedOn(mailed))?.hits.map(({ kind }) => kind)
    expect(await kinds()).toEqual(['click'])
    await withdraw('click-tracking')
    await fetched(mailed.link(1))
    await room.record(await room.waiting())
    expect(await kinds()).toEqual(['click'])
    expect((await fetched(mailed.link(1))).headers.location).toBe(links[1])
    await room.waiting()
  })

  it('TRACK-02 CONS-07 nothing that was fetched before the yes, though it is recorded after', async () => {
    const contactId = await room.person('ida@example.org', ['click-tracking'])
    const mailed = await room.mail(campaignId, contactId)
    await fetched(mailed.pixel)
    await fetched(mailed.link(0))
    await room.choose('ida@example.org', 'open-tracking', 'given')
    await room.record(await room.waiting())
    const kinds = async () => (await room.trackedOn(mailed))?.hits.map(({ kind }) => kind)
    expect(await kinds()).toEqual(['click'])
    await fetched(mailed.pixel)
    await room.record(await room.waiting())
    expect(await kinds()).toEqual(['click', 'open'])
  })

  it('a message that an erasure has deleted does not come back with a late hit', async () => {
    const mailed = await room.mail(campaignId, kari.contactId)
    await fetched(mailed.pixel)
    const hits = await room.waiting()
    await room.remove(messageKey(mailed.campaignId, mailed.messageId))
    await room.record(hits)
    expect(await room.trackedOn(mailed)).toBeUndefined()
  })

  it('TRACK-09 one network over many recipients is no reader of theirs', async () => {
    const crowded = await room.campaign()
    const contactId = await room.person('per@example.org', both)
    const mailed = await room.mail(crowded, contactId)
    const crowd = Array.from({ length: 10 }, (_, n) => ({
      messageId: `m${n}`,
      body: JSON.stringify({
        kind: 'click',
        link: 0,
        campaignId: crowded,
        messageId: n === 0 ? mailed.messageId : String(n).padStart(32, '0'),
        sign: 'client',
        network: 'gateway',
        at: new Date().toISOString(),
      }),
    }))
    await room.record(crowd)
    expect((await room.trackedOn(mailed))?.hits).toEqual([
      expect.objectContaining({ class: 'scanner', reason: 'crowd', crowd: true }),
    ])
    expect(await room.figuresOf(crowded)).not.toHaveProperty('clicked:human_likely')
  })

  it('TRACK-06 TRACK-09 a crowd that comes in several batches is known when it is complete, and judged from its first', async () => {
    const crowded = await room.campaign()
    const [first, other] = [
      await room.mail(crowded, kari.contactId),
      await room.mail(crowded, await room.person('eva@example.org', both)),
    ]
    // All of them after everybody has said yes.
    const minute = Math.ceil(Date.now() / 60_000 + 2) * 60_000
    const fetch = (n: number, messageId: string, network = 'relay', at = minute + n * 1000) => ({
      messageId: `c${n}-${network}`,
      body: JSON.stringify({
        kind: 'click',
        link: 0,
        campaignId: crowded,
        messageId,
        sign: 'client',
        network,
        at: new Date(at).toISOString(),
      }),
    })
    await room.record([
      fetch(0, first.messageId),
      // Another minute, and another network: none of the crowd's.
      fetch(1, first.messageId, 'home', minute - 120_000),
      fetch(2, other.messageId, 'home'),
    ])
    const classes = async (mailed: Mailed) =>
      (await room.trackedOn(mailed))?.hits.map(({ class: by }) => by)
    expect(await classes(first)).toEqual(['human_likely', 'human_likely'])
    for (let n = 1; n < 10; n++) {
      const batch = [fetch(n, String(n).padStart(32, '0'))]
      await room.record(batch)
      await room.record(batch)
      expect(await classes(first)).toEqual(
        n < 9 ? ['human_likely', 'human_likely'] : ['human_likely', 'scanner'],
      )
    }
    expect(await classes(other)).toEqual(['human_likely'])
    const figures = await room.figuresOf(crowded)
    expect([figures['click:human_likely'], figures['click:scanner']]).toEqual([2, 1])
  })

  it('TRACK-09 a crowd is not cut in two by the clock, whichever half comes first', async () => {
    const crowded = await room.campaign()
    const [early, late] = [
      await room.mail(crowded, await room.person('liv@example.org', both)),
      await room.mail(crowded, await room.person('odd@example.org', both)),
    ]
    // All of them after everybody has said yes.
    const minute = Math.ceil(Date.now() / 60_000 + 2) * 60_000
    const click = (n: number, seconds: number, messageId = String(n).padStart(32, '0')) => ({
      messageId: `h${n}`,
      body: JSON.stringify({
        kind: 'click',
        link: 0,
        campaignId: crowded,
        messageId,
        sign: 'client',
        network: 'halves',
        at: new Date(minute + seconds * 1000).toISOString(),
      }),
    })
    const before = [click(0, -2, early.messageId), ...[1, 2, 3, 4].map((n) => click(n, -1))]
    const after = [click(5, 2, late.messageId), ...[6, 7, 8, 9].map((n) => click(n, 3))]
    const reasons = async () =>
      Promise.all(
        [early, late].map(async (mailed) => (await room.trackedOn(mailed))?.hits[0]?.reason),
      )
    await room.record(before)
    expect(await reasons()).toEqual(['client', undefined])
    await room.record(after)
    expect(await reasons()).toEqual(['crowd', 'crowd'])
  })

  it('TRACK-06 many messages in one batch: one of them changed meanwhile takes no other along, and each hit counts once', async () => {
    const campaign = await room.campaign()
    const contacts = await Promise.all(
      Array.from({ length: 6 }, (_, n) => room.person(`many-${n}@example.org`, both)),
    )
    const mails = await Promise.all(contacts.map((contactId) => room.mail(campaign, contactId)))
    const opens = (mark: string) =>
      mails.map(({ messageId }, n) => ({
        messageId: `${mark}${n}`,
        body: JSON.stringify({
          kind: 'open',
          campaignId: campaign,
          messageId,
          sign: 'client',
          network: `${mark}${n}`,
          at: new Date(Date.now() + (n + 1) * 90_000).toISOString(),
        }),
      }))
    // Four batches at once over the same messages, and two of them the same.
    await Promise.all(['a', 'b', 'c', 'c'].map((mark) => room.record(opens(mark))))
    for (const mailed of mails) {
      expect((await room.trackedOn(mailed))?.hits.map(({ kind }) => kind)).toEqual([
        'open',
        'open',
        'open',
      ])
    }
    const figures = await room.figuresOf(campaign)
    expect([figures['open:human_likely'], figures['opened:human_likely']]).toEqual([18, 6])
  })

  it('SUPP-07 a link that a person followed is an act of theirs, once a day; an open and a machine’s are none', async () => {
    const contactId = await room.person('siv@example.org', both)
    const mailed = await room.mail(await room.campaign(), contactId)
    const long = '2020-01-01T00:00:00.000Z'
    await room.local.dynamodb.send(
      new UpdateItemCommand({
        TableName: room.local.tables.main,
        Key: toItem(contactItemKey(contactId)),
        UpdateExpression: 'SET actedAt = :long',
        ExpressionAttributeValues: toItem({ ':long': long }),
      }),
    )
    const contact = () => room.books.contactOf('siv@example.org')
    await fetched(mailed.pixel)
    await fetched(mailed.link(0), { headers: { 'user-agent': 'Barracuda Sentinel' } })
    await room.record(await room.waiting())
    expect((await contact())?.actedAt).toBe(long)
    await fetched(mailed.link(1))
    await room.record(await room.waiting())
    const acted = await contact()
    expect(acted?.actedAt?.slice(0, 10)).toBe(new Date().toISOString().slice(0, 10))
    await fetched(mailed.link(1))
    await room.record(await room.waiting())
    expect((await contact())?.revision).toBe(acted?.revision)
  })

  it('a batch on two sides at once counts each hit once', async () => {
    const raced = await room.campaign()
    const mailed = await room.mail(raced, kari.contactId)
    const hits = Array.from({ length: 6 }, (_, n) => ({
      messageId: `r${n}`,
      body: JSON.stringify({
        kind: 'open',
        campaignId: raced,
        messageId: mailed.messageId,
        sign: 'client',
        network: `n${n}`,
        at: new Date(Date.now() + n * 1000).toISOString(),
      }),
    }))
    await Promise.all([
      room.record(hits.slice(0, 4)),
      room.record(hits.slice(2)),
      room.record(hits),
    ])
    await room.record(hits)
    expect((await room.figuresOf(raced))['open:human_likely']).toBe(6)
  })
})
