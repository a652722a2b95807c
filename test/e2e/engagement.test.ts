import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { readEngagements } from '../../functions/engagement/engagement.ts'
import { policy } from '../../policy.ts'
import { reader, sentCampaign } from '../support/e2e-campaign.ts'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, get, http, json } from '../support/e2e-http.ts'
import { letterTo } from '../support/e2e-inbox.ts'
import { type Someone, someone } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'

/** From a followed link to what is known of somebody's interests, and away again. */
const browser = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
}
const [eva, per, una] = [someone('eva'), someone('per'), someone('una')]
const subject = `Planlegging ${eva.email.slice(4, 14)}`
const purposes = ['click-tracking', 'profiling']
const soon = { timeout: 30_000, interval: 200 }

beforeAll(async () => {
  await reader(eva, 'product-news', purposes)
  await reader(per, 'product-news', purposes)
  await reader(una, 'product-news', ['click-tracking'])
  const markdown = '[Bedre planer](https://nordlys.example/planer)'
  await sentCampaign(await staffTokenOf(['marketing']), 'product-news', {
    subject,
    markdown,
    interests: ['planning'],
  })
  const people = [eva, per, una]
  const mails = await Promise.all(
    people.map(({ email }) => letterTo(email, (it) => it.subject === subject)),
  )
  // Nobody reads a mail and chooses a link within ten seconds (TRACK-09).
  await wait(11_000)
  for (const [index, { html }] of mails.entries()) {
    const [link = ''] = /\/c\/[\w-]{40}\/0/.exec(html) ?? []
    const { status } = await http('GET', link, {
      headers: browser,
      from: people[index]?.from ?? '',
    })
    expect(status).toBe(302)
  }
}, 90_000)

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

async function choose({ email }: Someone, choices: Record<string, string>): Promise<void> {
  const headers = { ...json, ...bearer(await books.sessionOf(email)) }
  const body = JSON.stringify({ choices })
  expect((await http('PATCH', '/api/preferences', { headers, body })).status).toBe(200)
}

describe('a link that tells of an interest', () => {
  it('RIGHT-06 TRACK-13 is in the copy of who followed it, with what it counts and what comes of that', async () => {
    await vi.waitFor(async () => expect(await known(eva)).toHaveLength(1), soon)
    const { rows, page } = await copyOf(eva)
    const { click } = policy.profile.points
    expect(rows('interests')).toEqual([
      { sum: 'score', points: expect.closeTo(click, 1), callFrom: policy.profile.callFrom },
      { interest: 'planning', points: expect.closeTo(click, 1) },
    ])
    expect(rows('engagements')).toMatchObject([
      { interests: ['planning'], link: 0, weight: click, ageDays: 0 },
    ])
    expect(page).toContain('Planlegging')
    expect(page).toContain(`${click} poeng, én gang`)
  })

  it('TRACK-11 is known of nobody who has not allowed it', async () => {
    await vi.waitFor(async () => expect(await known(per)).toHaveLength(1), soon)
    expect(await known(una)).toEqual([])
  })

  it('TRACK-11 tells nothing from the moment of a no, and is gone after the night', async () => {
    await choose(eva, { profiling: 'objected' })
    expect((await copyOf(eva)).rows('interests')).toEqual([])
    const headers = { ...json, ...bearer(await staffTokenOf(['privacy'])) }
    const order = await http('POST', '/staff/retention', { headers, body: '{"mode":"for-real"}' })
    expect(order.status).toBe(202)
    await vi.waitFor(async () => expect(await known(eva)).toEqual([]), { ...soon, timeout: 60_000 })
    expect(await known(per)).toHaveLength(1)
  })

  it('RIGHT-11 goes with the person who is erased', async () => {
    const contactId = (await books.contactOf(per.email))?.contactId ?? ''
    const headers = { ...json, ...bearer(await books.sessionOf(per.email)) }
    await http('POST', '/api/requests', { headers, body: '{"kind":"erasure"}' })
    const left = () => readEngagements(books.store.tables, { contactId }, new Date())
    await vi.waitFor(async () => expect(await left()).toEqual([]), soon)
  })
})
