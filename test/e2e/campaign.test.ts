import { describe, expect, it } from 'vitest'
import { bearer, get, http, json } from '../support/e2e-http.ts'
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
