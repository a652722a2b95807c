import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CampaignRecipient } from '../../../functions/campaign/campaign-recipient.ts'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { frozenKey, parseFrozen } from '../../../functions/campaign/frozen-record.ts'
import { startCampaign } from '../../../functions/campaign/launch.ts'
import { sendBatch } from '../../../functions/campaign/send.ts'
import { engagementKey, engagementPut } from '../../../functions/engagement/engagement.ts'
import { sesBulkMailer } from '../../../functions/platform/bulk-mailer.ts'
import { sesSendBulk } from '../../../functions/platform/ses.ts'
import { readTogether, toItem, transact } from '../../../functions/platform/table.ts'
import { object } from '../../../functions/rights/object.ts'
import { restrict } from '../../../functions/rights/restrict.ts'
import { changePreferences } from '../../../functions/subscription/change-preferences.ts'
import { type Mail, startMail } from '../../../infra/local/services/mail.ts'
import { vandal } from '../../support/audited.ts'
import {
  type InterposedDynamoDb,
  interposeDynamoDb,
  meanwhile,
  refusing,
} from '../../support/interposed-dynamodb.ts'
import { openCampaignOffice } from './campaign-office.ts'

/** "Put what interests you first": the order of a mail's tagged blocks, from what people followed to their inbox. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
let mail: Mail
let wire: InterposedDynamoDb
const allowed = ['newsletter', 'profiling', 'click-tracking']
const link = (page: string) => `[${page}](https://nordlys.example/${page})`
const variants = {
  nb: {
    subject: 'Hei',
    blocks: [
      { markdown: `Først. ${link('begin')}` },
      { markdown: `Planlegging. ${link('plan')}`, interests: ['planning'] },
      { markdown: `Midt i. ${link('middle')}` },
      { markdown: `Integrasjon. ${link('systems')}`, interests: ['integration'] },
    ],
  },
}
const written = ['begin', 'plan', 'middle', 'systems']
const turned = ['begin', 'systems', 'middle', 'plan']

beforeAll(async () => {
  mail = await startMail(0)
  office = await openCampaignOffice()
  wire = await interposeDynamoDb(office.store.endpoint)
})
afterAll(async () => {
  await wire.stop()
  await office.store.stop()
  await mail.stop()
})
beforeEach(async () => {
  await vandal(office.store).clear()
  office.plans.length = 0
  office.sends.length = 0
  office.time.now = new Date('2026-11-27T08:00:00.000Z')
  office.wire.mailer = sesBulkMailer<CampaignRecipient>(
    sesSendBulk({
      endpoint: mail.endpoint,
      region: 'eu-north-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
    {
      from: 'news@nordlys.example',
      name: 'Nordlys',
      replyTo: 'privacy@nordlys.example',
      configurationSet: 'marketing',
    },
  )
})

type Person = { contactId: string; email: string }
let followings = 0
/** They followed as many links of an earlier campaign that tell of it. */
async function follows(
  { contactId }: Person,
  interest: string,
  { times = 1, at = '2026-11-25T08:00:00.000Z', days = 365 } = {},
): Promise<void> {
  const { tables } = office.store
  const puts = Array.from({ length: times }, () =>
    engagementPut(
      tables,
      {
        contactId,
        campaignId: 'ab'.repeat(8),
        link: ++followings,
        interests: [interest],
        at,
        hit: `h${followings}`,
      },
      { now: new Date(at), days },
    ),
  )
  await transact(tables.db, puts)
}
async function someone(interest?: string, given: readonly string[] = allowed): Promise<Person> {
  const person = await office.add({ given })
  if (interest !== undefined) await follows(person, interest)
  return person
}

async function planned(over = variants): Promise<string> {
  const campaignId = await office.start({ variants: over })
  await office.planAll()
  return campaignId
}
const sendAll = async (): Promise<void> => {
  for (let next = office.sends.shift(); next !== undefined; next = office.sends.shift()) {
    await sendBatch({ ...office.work, tables: { ...office.work.tables, db: wire.db } }, next)
  }
}

const inboxSchema = v.object({
  emails: v.array(
    v.object({
      destination: v.object({ to: v.array(v.string()) }),
      body: v.object({ html: v.string(), text: v.string() }),
    }),
  ),
})
async function mailsTo({ email }: Person) {
  const store = v.parse(inboxSchema, await (await fetch(`${mail.endpoint}/store`)).json())
  return store.emails
    .filter(({ destination }) => destination.to.includes(email))
    .map(({ body }) => body)
}
/** The pages of a mail in the order of its text part, and by number in that of its HTML part. */
async function ordersOf(person: Person) {
  const [body, ...more] = await mailsTo(person)
  expect(more).toEqual([])
  const { html = '', text = '' } = body ?? {}
  return {
    text: [...text.matchAll(/<https:\/\/nordlys\.example\/(\w+)>/g)].map(([, page]) => page),
    html: [...html.matchAll(/>(\w+)<\/a>/g)]
      .map(([, page]) => page ?? '')
      .filter((page) => written.includes(page)),
    numbers: [...html.matchAll(/\/c\/[\w-]{40}\/(\d+)"[^>]*>\w/g)].map(([, n]) => Number(n)),
  }
}

describe('the order of tagged blocks', () => {
  it('is each reader’s own, in both parts of the mail that SES makes; other blocks stay, and links keep their numbers', async () => {
    const [kari, per, una] = [
      await someone('planning'),
      await someone('integration'),
      await someone(),
    ]
    // More of the one than of the other, whichever comes first in the mail.
    await follows(per, 'planning')
    await follows(per, 'integration')
    const campaignId = await planned()
    await sendAll()
    expect(await ordersOf(kari)).toEqual({ html: written, text: written, numbers: [0, 1, 2, 3] })
    expect(await ordersOf(una)).toEqual({ html: written, text: written, numbers: [0, 1, 2, 3] })
    expect(await ordersOf(per)).toEqual({ html: turned, text: turned, numbers: [0, 3, 2, 1] })
    const campaign = await readCampaign(office.store.tables, campaignId, office.time.now)
    expect(campaign?.links).toEqual(written.map((page) => `https://nordlys.example/${page}`))
    expect(campaign?.interests).toEqual({ 1: ['planning'], 3: ['integration'] })
    expect(await office.stateOf(campaignId)).toBe('sent')
  })

  it.each<[string, (person: Person) => Promise<unknown>]>([
    [
      'an objection to profiling',
      ({ contactId }) => object(office.store, contactId, { to: 'profiling', now: office.time.now }),
    ],
    ...['profiling', 'click-tracking'].map(
      (purpose): [string, (person: Person) => Promise<unknown>] => [
        `a no to ${purpose}`,
        ({ contactId }) =>
          changePreferences(office.store, contactId, {
            wishes: { [purpose]: 'withdrawn' },
            method: 'preference-page',
            now: office.time.now,
          }),
      ],
    ),
    [
      'a yes that is given anew, and begins with nothing',
      async ({ contactId }) => {
        for (const wish of ['withdrawn', 'given'] as const) {
          await changePreferences(office.store, contactId, {
            wishes: { profiling: wish },
            method: 'preference-page',
            now: office.time.now,
          })
          office.later(1)
        }
      },
    ],
  ])('TRACK-11 is the written one after %s, a second before it leaves', async (_, happens) => {
    const person = await someone('integration')
    await planned()
    office.time.now = new Date('2026-11-27T08:09:59.000Z')
    await happens(person)
    office.time.now = new Date(
      Math.max(office.time.now.getTime(), Date.parse('2026-11-27T08:10:00.000Z')),
    )
    await sendAll()
    expect(await ordersOf(person)).toMatchObject({ html: written, text: written })
  })

  it('is the written one for whoever never allowed it, whatever lies there of them', async () => {
    const people = await Promise.all([
      someone('integration', ['newsletter']),
      someone('integration', ['newsletter', 'profiling']),
      someone('integration', ['newsletter', 'click-tracking']),
    ])
    await planned()
    await sendAll()
    for (const person of people) {
      expect(await ordersOf(person)).toMatchObject({ html: written, text: written })
    }
  })

  it('RIGHT-10 is nobody’s who is restricted meanwhile: they get no mail', async () => {
    const person = await someone('integration')
    await planned()
    await restrict(office.store, person.contactId, { lift: false, now: office.time.now })
    await sendAll()
    expect(await mailsTo(person)).toEqual([])
  })

  it('counts nothing that has had its time, or that the policy does not declare any more', async () => {
    const [kari, per] = [await someone(), await someone()]
    await follows(kari, 'integration', { days: 1 })
    await follows(per, 'steam-engines', { times: 3 })
    await follows(per, 'constructor')
    await planned()
    await sendAll()
    for (const person of [kari, per]) {
      expect(await ordersOf(person)).toMatchObject({ html: written, text: written })
    }
  })
})

describe('reading what interests whom', () => {
  it('SEC-12 fails closed: nothing of the batch leaves, and on its next turn all of it, in order', async () => {
    const person = await someone('integration')
    await planned()
    const message = office.sends[0]
    wire.next('Query', refusing('AccessDeniedException'))
    await expect(sendAll()).rejects.toThrow()
    expect(await mailsTo(person)).toEqual([])
    if (message !== undefined) office.sends.push(message)
    await sendAll()
    expect(await ordersOf(person)).toMatchObject({ html: turned, text: turned })
  })

  it('SEC-12 holds a batch back whose reader’s item makes no sense, rather than guess', async () => {
    const person = await someone('integration')
    const place = { contactId: person.contactId, campaignId: 'ab'.repeat(8), link: followings }
    await vandal(office.store).set('main', engagementKey(place), 'interests', 'integration')
    await planned()
    await expect(sendAll()).rejects.toThrow()
    expect(await mailsTo(person)).toEqual([])
  })

  it('is not done where there is nothing to choose, or nobody who allows it', async () => {
    const queries = async () => {
      wire.calls()
      await sendAll()
      // One asks whether anything is left to do.
      return wire.calls().filter((operation) => operation === 'Query').length
    }
    await someone('integration')
    await planned({ nb: { ...variants.nb, blocks: variants.nb.blocks.slice(0, 3) } })
    expect(await queries()).toBe(1)
    await planned()
    expect(await queries()).toBe(2)
    await vandal(office.store).clear()
    await someone('integration', ['newsletter'])
    await planned()
    expect(await queries()).toBe(1)
  })

  it('TRACK-11 a no that comes while it is read holds from the next batch on, and the mail leaves once', async () => {
    const person = await someone('integration')
    await planned()
    const { contactId } = person
    wire.next(
      'Query',
      meanwhile(() => object(office.store, contactId, { to: 'profiling', now: office.time.now })),
    )
    await sendAll()
    expect(await mailsTo(person)).toHaveLength(1)
    office.later(1)
    await planned()
    await sendAll()
    const [, next] = await mailsTo(person)
    expect(next?.text.indexOf('/plan>')).toBeLessThan(next?.text.indexOf('/systems>') ?? -1)
  })
})

describe('a campaign that was frozen before there was an order', () => {
  it('goes on as it was drawn', async () => {
    const person = await someone('integration')
    const campaignId = await planned({
      nb: { ...variants.nb, blocks: variants.nb.blocks.map(({ markdown }) => ({ markdown })) },
    })
    const key = frozenKey(campaignId, 'nb')
    const { main, db } = office.store.tables
    const [item = {}] = await readTogether(db, [{ table: main, key }])
    const { blocks: none, ...older } = item
    expect(none).toEqual([])
    await vandal(office.store).put('main', older)
    expect(parseFrozen(older).blocks).toEqual([])
    expect(toItem(older)).not.toHaveProperty('blocks')
    await sendAll()
    expect(await ordersOf(person)).toMatchObject({ html: written, text: written })
  })
})

describe('a mail of Markdown, HTML and a text part of its author’s own', () => {
  const both = [
    { markdown: 'Les [mer](https://nordlys.example/mer).' },
    {
      html: '<TABLE><tr><td style="color:#123456">Se <a href="https://nordlys.example/mer">her</a> &amp; <a href="https://nordlys.example/kart">kart</a><img src="https://nordlys.example/a.png" alt="Nordlys">',
    },
  ]
  const linksOf = (html: string) =>
    [...html.matchAll(/href="([^"]*)"[^>]*>(?:mer|her|kart)</g)].map(([, href]) => href)

  it('TRACK-01 leaves through SES whole, and leads through us only whoever allows that', async () => {
    const [kari, per] = [
      await someone(undefined, ['newsletter', 'click-tracking']),
      await someone(undefined, ['newsletter']),
    ]
    await office.start({ variants: { nb: { subject: 'Hei', blocks: both } } })
    await office.planAll()
    await sendAll()
    const [[tracked], [plain]] = await Promise.all([mailsTo(kari), mailsTo(per)])
    expect(
      linksOf(tracked?.html ?? '').map((href) => /\/c\/[\w-]{40}\/(\d)$/.exec(href ?? '')?.[1]),
    ).toEqual(['0', '0', '1'])
    expect(linksOf(plain?.html ?? '')).toEqual([
      'https://nordlys.example/mer',
      'https://nordlys.example/mer',
      'https://nordlys.example/kart',
    ])
    for (const body of [tracked, plain]) {
      expect(body?.html).toContain('<td style="color:#123456">Se <a ')
      expect(body?.html).toMatch(
        /<img src="https:\/\/nordlys\.example\/a\.png" alt="Nordlys"[^>]*><\/td><\/tr><\/table>/,
      )
      expect(body?.html).toContain('/u/')
      expect(body?.text).toContain('Les mer <https://nordlys.example/mer>.')
      expect(body?.text).toContain(
        'Se her <https://nordlys.example/mer> & kart <https://nordlys.example/kart>[Nordlys]',
      )
      expect(body?.text).not.toContain('/c/')
    }
  })

  it('has that text for everybody, whatever the order of its blocks', async () => {
    const [kari, per] = [await someone('planning'), await someone('integration')]
    await office.start({ variants: { nb: { ...variants.nb, text: 'Egen {{tekst}}.' } } })
    await office.planAll()
    await sendAll()
    const [[one], [other]] = await Promise.all([mailsTo(kari), mailsTo(per)])
    expect(one?.html.indexOf('Planlegging')).toBeLessThan(one?.html.indexOf('Integrasjon') ?? 0)
    expect(other?.html.indexOf('Integrasjon')).toBeLessThan(other?.html.indexOf('Planlegging') ?? 0)
    for (const body of [one, other]) {
      expect(body?.text).toContain('Egen {{tekst}}.')
      expect(body?.text).toContain('/u/')
      expect(body?.text).not.toMatch(/Planlegging|Integrasjon/)
    }
  })

  it('does not start with what is not allowed, and keeps it in the draft as it was written', async () => {
    const html = '<p onclick="x()">x</p>'
    const campaignId = await office.draft({
      variants: { nb: { subject: 'Hei', blocks: [{ html }], text: ' ' } },
    })
    expect(await startCampaign(office.work, 'kari', { campaignId })).toEqual({
      kind: 'not-startable',
      problems: ['html-not-allowed', 'text-missing'],
    })
    const campaign = await readCampaign(office.store.tables, campaignId, office.time.now)
    expect(campaign?.variants.nb).toMatchObject({ blocks: [{ html }], text: ' ' })
  })
})
