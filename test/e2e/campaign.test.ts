import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { cloud } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { isConfirmation, lettersTo, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { type Someone, signUp, someone } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'

const campaigns = '/staff/campaigns'
const send = (method: 'POST' | 'PATCH', path: string, token: string, body: object) =>
  http(method, path, {
    headers: { ...json, ...bearer(token) },
    body: JSON.stringify(body),
  })

const variants = {
  nb: {
    subject: 'Webinar i desember',
    blocks: [{ markdown: 'Bli med: [meld deg på](https://nordlys.example/webinar)' }],
  },
  en: {
    subject: 'Webinar in December',
    blocks: [{ markdown: 'Join us: [sign up](https://nordlys.example/webinar)' }],
  },
}

describe('a campaign', () => {
  it('is written by marketing, seen as its readers get it, and refused while something is missing', async () => {
    const token = await staffTokenOf(['marketing'])
    const made = await send('POST', campaigns, token, {
      name: 'Draft',
      topic: 'webinars',
      variants: { en: variants.en },
    })
    expect(made.status).toBe(201)
    const path = `${campaigns}/${made.json().id}`
    const seen = (await get(path, { headers: bearer(token) })).json()
    expect(seen).toMatchObject({
      state: 'draft',
      topic: 'webinars',
      basis: 'consent',
      problems: ['language-missing'],
    })

    expect((await send('PATCH', path, token, { variants })).status).toBe(200)
    expect((await get(path, { headers: bearer(token) })).json()).toMatchObject({
      name: 'Draft',
      problems: [],
    })
    const preview = (await send('POST', `${path}/preview`, token, { language: 'nb' })).json() as {
      subject: string
      html: string
      headers: { name: string }[]
    }
    expect(preview.subject).toBe('Webinar i desember')
    expect(preview.html).toContain('href="https://nordlys.example/webinar"')
    expect(preview.headers.map(({ name }) => name)).toEqual([
      'List-Unsubscribe',
      'List-Unsubscribe-Post',
      'List-Id',
    ])
    expect(
      (await send('POST', `${path}/preview`, token, { language: 'nb', counted: true })).body,
    ).toMatch(/\/c\/[\w-]{40}\/0/)
    const list = (await get(campaigns, { headers: bearer(token) })).json() as {
      campaigns: { id: string }[]
    }
    expect(list.campaigns.map(({ id }) => id)).toContain(made.json().id)
  })

  it.each([
    ['a topic that is none', { topic: 'gossip' }],
    ['a language that is none', { variants: { sv: variants.en } }],
  ])('SEND-03: is not begun for %s', async (_, over) => {
    const token = await staffTokenOf(['marketing'])
    const draft = { name: 'Draft', topic: 'webinars', variants, ...over }
    expect((await send('POST', campaigns, token, draft)).status).toBe(400)
  })
})

/** Signs up for webinars alone, with or without being counted, and confirms. */
async function webinars(person: Someone, purposes: readonly string[] = []): Promise<void> {
  await signUp(person, { topics: ['webinars'], purposes })
  const link = linkIn(await letterTo(person.email, isConfirmation), '/s/')
  const ticked = ['topics=webinars', ...purposes.map((purpose) => `purposes=${purpose}`)]
  const { status } = await post(link, ticked.join('&'), {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    from: person.from,
  })
  expect(status).toBe(200)
  await letterTo(person.email, ({ text }) => text.includes(`${cloud.origin}/u/`))
}

/** Writes a campaign and starts it; its path. */
async function started(token: string, topic: string, subject: string): Promise<string> {
  const said = { subject, blocks: variants.nb.blocks }
  const made = await send('POST', campaigns, token, {
    name: subject,
    topic,
    variants: { nb: said },
  })
  const path = `${campaigns}/${made.json().id}`
  expect((await send('POST', `${path}/start`, token, {})).status).toBe(202)
  return path
}

async function untilSent(token: string, path: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await get(path, { headers: bearer(token) })).json().state === 'sent') return
    await wait(100)
  }
  throw new Error('the campaign was not sent in time')
}

const subjectIs = (wanted: string) => (letter: { subject: string }) => letter.subject === wanted

describe('a campaign that is sent', () => {
  it('reaches each reader as they chose, and nobody who has stopped it (UNSUB-01, UNSUB-15, TRACK-01, SEND-08)', async () => {
    const token = await staffTokenOf(['marketing'])
    const [plain, counted] = [someone('pia'), someone('tor')]
    await webinars(plain)
    await webinars(counted, ['open-tracking', 'click-tracking'])

    const first = await started(token, 'webinars', `Vår ${plain.email.slice(4, 14)}`)
    const { name } = (await get(first, { headers: bearer(token) })).json() as { name: string }
    await untilSent(token, first)
    const mail = await letterTo(plain.email, subjectIs(name))
    expect(mail.from).toContain('news@nordlys.example')
    expect(mail.headers.map((header) => header.name)).toEqual([
      'List-Unsubscribe',
      'List-Unsubscribe-Post',
      'List-Id',
    ])
    expect(mail.html).toContain('href="https://nordlys.example/webinar"')
    expect(mail.html).not.toMatch(/\/c\/|\/o\/|awstrack|\{\{/)
    const own = (await letterTo(counted.email, subjectIs(name))).html
    expect(own).toMatch(/\/c\/[\w-]{40}\/0/)
    expect(own).toMatch(/\/o\/[\w-]{40}\.gif/)
    // TRACK-09
    expect(own).toMatch(/\/c\/[\w-]{40}\/1" aria-hidden="true"/)
    const click = /(\/c\/[\w-]{40}\/0)/.exec(own)?.[1] ?? ''
    expect((await get(click)).headers.location).toBe('https://nordlys.example/webinar')

    expect((await post(linkIn(mail, '/u/'), oneClick)).status).toBe(200)
    const second = await started(token, 'webinars', `${name} igjen`)
    await untilSent(token, second)
    await letterTo(counted.email, subjectIs(`${name} igjen`))
    const subjects = (await lettersTo(plain.email)).map(({ subject }) => subject)
    expect(subjects.filter((subject) => subject.startsWith(name))).toEqual([name])
    expect((await send('POST', `${second}/start`, token, {})).status).toBe(409)
  })

  it('is tried on a colleague, repeated, and scheduled until somebody changes their mind', async () => {
    const token = await staffTokenOf(['marketing'])
    const made = await send('POST', campaigns, token, { name: 'Try', topic: 'webinars', variants })
    const path = `${campaigns}/${made.json().id}`
    const to = `tester-${Date.now()}@nordlys.example`
    const test = (over: object) =>
      send('POST', `${path}/test-sends`, token, { language: 'nb', to, ...over })
    expect((await test({ to: 'somebody@example.org' })).status).toBe(403)
    expect((await test({})).status).toBe(202)
    const mail = await letterTo(to, subjectIs('[Test] Webinar i desember'))
    expect(mail.from).toContain('news@nordlys.example')
    expect(mail.html).not.toMatch(/\/c\/|\/o\//)
    expect((await post(linkIn(mail, '/u/'), oneClick)).status).toBe(404)

    const copy = await send('POST', `${path}/duplicate`, token, {})
    expect(copy.status).toBe(201)
    const copied = `${campaigns}/${copy.json().id}`
    const schedule = (at: string) =>
      send('POST', `${copied}/schedule`, token, { at, zone: 'Europe/Oslo' })
    expect((await schedule('2020-01-01T09:00')).status).toBe(400)
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    expect((await schedule(`${tomorrow}T09:00`)).status).toBe(202)
    expect((await get(copied, { headers: bearer(token) })).json()).toMatchObject({
      name: 'Try',
      state: 'scheduled',
      startsAt: expect.stringContaining('T0'),
    })
    expect((await send('POST', `${copied}/start`, token, {})).status).toBe(409)
    expect((await send('POST', `${copied}/unschedule`, token, {})).status).toBe(202)
    expect((await send('POST', `${copied}/unschedule`, token, {})).status).toBe(409)
  })

  it('is sent at once when it has no readers, and can be cancelled before it starts', async () => {
    const token = await staffTokenOf(['marketing'])
    await untilSent(token, await started(token, 'customer-offers', 'Tilbud'))
    const made = await send('POST', campaigns, token, { name: 'x', topic: 'webinars', variants })
    const path = `${campaigns}/${made.json().id}`
    expect((await send('POST', `${path}/pause`, token, {})).status).toBe(409)
    expect((await send('POST', `${path}/cancel`, token, {})).status).toBe(202)
    expect((await send('POST', `${path}/start`, token, {})).status).toBe(409)
  })
})
