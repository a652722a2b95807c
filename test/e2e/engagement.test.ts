import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readEngagements } from '../../functions/engagement/engagement.ts'
import { policy } from '../../policy.ts'
import { reader, sentCampaign } from '../support/e2e-campaign.ts'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, get, http, json } from '../support/e2e-http.ts'
import { letterTo } from '../support/e2e-inbox.ts'
import { closeBrowser, expectAccessible, visitor } from '../support/e2e-page.ts'
import { type Someone, someone } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'

/** From followed links to what is known of somebody's interests and whom a colleague may call, and away again. */
const browser = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
}
const [eva, per, una, leo] = [someone('eva'), someone('per'), someone('una'), someone('leo')]
const subject = `Planlegging ${eva.email.slice(4, 14)}`
const purposes = ['click-tracking', 'profiling', 'calls']
// A company may be called without a look-up, and at any hour.
const company = { company: 'Fjell AS', phone: '+47 22 22 22 22' }
const clicks = 2
const soon = { timeout: 30_000, interval: 200 }

beforeAll(async () => {
  await reader(eva, 'product-news', purposes, company)
  await reader(per, 'product-news', purposes, company)
  await reader(una, 'product-news', ['click-tracking'])
  await reader(leo, 'product-news', purposes, { phone: '+47 99 99 99 99' })
  const markdown = '[Bedre](https://nordlys.example/bedre) [planer](https://nordlys.example/planer)'
  await sentCampaign(await staffTokenOf(['marketing']), 'product-news', {
    subject,
    blocks: [{ markdown, interests: ['planning'] }],
  })
  const people = [eva, per, una, leo]
  for (const who of people) ids.set(who, (await books.contactOf(who.email))?.contactId ?? '')
  const mails = await Promise.all(
    people.map(({ email }) => letterTo(email, (it) => it.subject === subject)),
  )
  // Nobody reads a mail and chooses a link within ten seconds (TRACK-09).
  await wait(11_000)
  for (const [index, { html }] of mails.entries()) {
    const links = html.match(/\/c\/[\w-]{40}\/[01]/g) ?? []
    expect(links).toHaveLength(clicks)
    for (const link of links) {
      const from = people[index]?.from ?? ''
      expect((await http('GET', link, { headers: browser, from })).status).toBe(302)
    }
  }
}, 90_000)

afterAll(closeBrowser)

async function known({ email }: Someone) {
  const contactId = (await books.contactOf(email))?.contactId ?? ''
  return readEngagements(books.store.tables, { contactId }, new Date())
}

type Rows = Record<string, unknown>[]
/** What the person's own copy says, by section, and its page. */
async function copyOf({ email }: Someone): Promise<{ rows: (id: string) => Rows; page: string }> {
  const headers = { ...json, ...bearer(await books.sessionOf(email)) }
  const asked = await http('POST', '/api/requests', { headers, body: '{"kind":"access"}' })
  const path = `/api/requests/${asked.json().id}`
  const copy = await vi.waitFor(async () => {
    const { copy: ready } = (await get(path, { headers })).json() as { copy?: { path: string } }
    if (ready === undefined) throw new Error('not yet')
    return ready.path
  }, soon)
  const { sections } = (await (await fetch(`${cloud.origin}${copy}?file=copy.json`)).json()) as {
    sections: { id: string; rows: Rows }[]
  }
  const page = await (await fetch(cloud.origin + copy)).text()
  return { rows: (id) => sections.find((section) => section.id === id)?.rows ?? [], page }
}

const ids = new Map<Someone, string>()
type Call = { id: string } & Record<string, unknown>
/** Every row of a list, however many pages it has. */
async function pagesOf(path: string, name: string): Promise<Call[]> {
  const headers = bearer(await staffTokenOf(['marketing']))
  const rows: Call[] = []
  for (let query = ''; ; ) {
    const page = (await get(path + query, { headers })).json() as Record<string, unknown>
    rows.push(...(page[name] as Call[]))
    if (page.next === undefined) return rows
    query = `?after=${page.next}`
  }
}
const calls = () => pagesOf('/staff/calls', 'calls')
const isListed = async (who: Someone) => (await calls()).some(({ id }) => id === ids.get(who))
async function tell(path: string, body: object) {
  const headers = { ...json, ...bearer(await staffTokenOf(['marketing'])) }
  return http('POST', path, { headers, body: JSON.stringify(body) })
}

async function choose({ email }: Someone, choices: Record<string, string>): Promise<void> {
  const headers = { ...json, ...bearer(await books.sessionOf(email)) }
  const body = JSON.stringify({ choices })
  expect((await http('PATCH', '/api/preferences', { headers, body })).status).toBe(200)
}

/** In which order the parts of a next campaign's mail come to each of them, by the pages that they lead to. */
async function ordersOf(people: readonly Someone[], subject: string) {
  const block = (page: string) => `[${page}](https://nordlys.example/${page})`
  const blocks = [
    { markdown: block('systemer'), interests: ['integration'] },
    { markdown: block('nytt') },
    { markdown: block('planer'), interests: ['planning'] },
  ]
  await sentCampaign(await staffTokenOf(['marketing']), 'product-news', { subject, blocks })
  const mails = await Promise.all(
    people.map(({ email }) => letterTo(email, (it) => it.subject === subject)),
  )
  return mails.map(({ html, text }) => ({
    html: [...html.matchAll(/>(systemer|nytt|planer)<\/a>/g)].map(([, page]) => page),
    text: [...text.matchAll(/nordlys\.example\/(\w+)>/g)].map(([, page]) => page),
  }))
}
const written = ['systemer', 'nytt', 'planer']

describe('a link that tells of an interest', () => {
  it('RIGHT-06 TRACK-13 is in the copy of who followed it, with what it counts and what comes of that', async () => {
    await vi.waitFor(async () => expect(await known(eva)).toHaveLength(clicks), soon)
    const { rows, page } = await copyOf(eva)
    const { click } = policy.profile.points
    expect(rows('interests')).toEqual([
      {
        sum: 'score',
        points: expect.closeTo(clicks * click, 1),
        callFrom: policy.profile.callFrom,
      },
      { interest: 'planning', points: expect.closeTo(clicks * click, 1) },
    ])
    expect(rows('engagements')).toMatchObject([
      { interests: ['planning'], link: 0, weight: click, ageDays: 0 },
      { interests: ['planning'], link: 1, weight: click, ageDays: 0 },
    ])
    expect(page).toContain('Planlegging')
    expect(page).toContain(`${click} poeng, én gang`)
  })

  it('TRACK-13 stands on the page of their choices, with why, and behind no link of a mail', async () => {
    await vi.waitFor(async () => expect(await known(leo)).toHaveLength(clicks), soon)
    const { page, leave } = await visitor()
    await page.goto(`/preferences/#t=${await books.manageLink(leo.email)}`)
    await page.locator('[data-act=open]').click()
    const section = page.locator('section[aria-labelledby=interests]')
    await section.waitFor()
    const told = await section.innerText()
    const { click } = policy.profile.points
    expect(told).toContain('Planlegging')
    expect(told).toMatch(/Du fulgte (en lenke|\d+ lenker) om det/)
    expect(told).toContain(`${click} poeng, én gang`)
    await expectAccessible(page, 'preferences, interests')
    await leave()
    const link = (await books.unsubscribeLink(eva.email, 'product-news')).slice('/u/'.length)
    const limited = await get('/api/preferences', { headers: bearer(link) })
    expect([limited.status, limited.json().interests]).toEqual([200, undefined])
  })

  it('TRACK-11 is known of nobody who has not allowed it', async () => {
    await vi.waitFor(async () => expect(await known(per)).toHaveLength(clicks), soon)
    expect(await known(una)).toEqual([])
  })

  it('puts what interests them first in the next mail, for whoever allows that', async () => {
    const turned = written.toReversed()
    expect(await ordersOf([eva, una], `Neste ${subject}`)).toEqual([
      { html: turned, text: turned },
      { html: written, text: written },
    ])
  })

  it('CALL-01 TRACK-14 lists who has the points for a call, with source and reasons; only for marketing', async () => {
    const row = (await calls()).find(({ id }) => id === ids.get(eva))
    expect(row).toMatchObject({
      ...company,
      name: eva.name,
      kind: 'business',
      source: { act: 'confirm', method: 'confirm-page' },
      why: { score: expect.closeTo(clicks * policy.profile.points.click, 1) },
    })
    expect(await isListed(per)).toBe(true)
    expect(await isListed(una)).toBe(false)
    const headers = bearer(await staffTokenOf(['viewer', 'privacy']))
    expect((await get('/staff/calls', { headers })).status).toBe(403)
  })

  it('CALL-02 a consumer’s number is looked up first', async () => {
    const id = ids.get(leo)
    const unchecked = async () =>
      (await pagesOf('/staff/calls/unchecked', 'numbers')).find((row) => row.id === id)
    expect(await unchecked()).toEqual({ id, phone: '+47 99 99 99 99' })
    expect(await isListed(leo)).toBe(false)
    const found = {
      checkedAt: new Date().toISOString(),
      source: 'Reservasjonsregisteret',
      results: [{ id, reserved: false }],
    }
    expect((await tell('/staff/calls/checks', found)).json()).toEqual({ kept: 1 })
    expect(await unchecked()).toBeUndefined()
    const { rows } = await copyOf(leo)
    expect(rows('register-check')).toMatchObject([{ reserved: false }])
  })

  it('CALL-03 "do not call me" and "do not contact me" hold at once', async () => {
    const history = async (who: Someone) =>
      (await books.history(ids.get(who) ?? '')).filter(({ kind }) => kind === 'do-not-contact')
    const path = (who: Someone) => `/staff/calls/${ids.get(who)}/do-not-contact`
    expect((await tell(path(per), { stop: 'calls' })).status).toBe(200)
    expect(await isListed(per)).toBe(false)
    expect((await books.contactOf(per.email))?.choices['product-news']?.state).toBe('given')
    expect(await history(per)).toHaveLength(1)
    expect((await tell(path(leo), { stop: 'everything' })).status).toBe(200)
    expect((await books.contactOf(leo.email))?.choices['product-news']?.state).toBe('objected')
    expect((await books.addressOf(leo.email)).suppressions).toHaveProperty('do-not-contact')
  })

  it('TRACK-11 tells nothing from the moment of a no, and is gone after the night', async () => {
    await choose(eva, { profiling: 'objected' })
    expect(await isListed(eva)).toBe(false)
    expect((await copyOf(eva)).rows('interests')).toEqual([])
    expect(await ordersOf([eva], `Siste ${subject}`)).toEqual([{ html: written, text: written }])
    const headers = { ...json, ...bearer(await staffTokenOf(['privacy'])) }
    const order = await http('POST', '/staff/retention', { headers, body: '{"mode":"for-real"}' })
    expect(order.status).toBe(202)
    await vi.waitFor(async () => expect(await known(eva)).toEqual([]), { ...soon, timeout: 60_000 })
    expect(await known(per)).toHaveLength(clicks)
  })

  it('RIGHT-11 goes with the person who is erased', async () => {
    const contactId = (await books.contactOf(per.email))?.contactId ?? ''
    const headers = { ...json, ...bearer(await books.sessionOf(per.email)) }
    await http('POST', '/api/requests', { headers, body: '{"kind":"erasure"}' })
    const left = () => readEngagements(books.store.tables, { contactId }, new Date())
    await vi.waitFor(async () => expect(await left()).toEqual([]), soon)
  })
})
