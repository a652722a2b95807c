import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../../functions/campaign/campaign-record.ts'
import { compose } from '../../../functions/campaign/compose.ts'
import { freeze } from '../../../functions/campaign/freeze.ts'
import { preview } from '../../../functions/campaign/preview.ts'
import { startProblems } from '../../../functions/campaign/startable.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { fill, placesOf } from '../../../functions/platform/mail-template.ts'
import { policy } from '../../../policy.ts'
import { dawn } from '../../support/acts.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'

const origin = 'https://preferences.nordlys.example'
const press = { policy, origin }
const markdown = `# Autumn

Read [the **programme**](https://nordlys.example/autumn?a=1&b=2) or
[come along](https://nordlys.example/come).

* one
* two

![Aurora over a fjord](https://nordlys.example/aurora.png)

Again: [the programme](https://nordlys.example/autumn?a=1&b=2)
`

function campaignOf(blocks: string[] = [markdown], over: Partial<Campaign> = {}): Campaign {
  return {
    name: 'November',
    topic: 'newsletter',
    purpose: 'direct-marketing',
    basis: 'consent',
    state: 'draft',
    variants: {
      nb: { subject: 'Høst', blocks: blocks.map((each) => ({ markdown: each })) },
      en: { subject: 'Autumn', blocks: blocks.map((each) => ({ markdown: each })) },
    },
    links: [],
    tracking: { opens: true, clicks: true },
    key: new Uint8Array(32),
    createdBy: 'somebody',
    createdAt: dawn.toISOString(),
    shards: 0,
    revision: 0,
    ...over,
  }
}

describe('links of tagged blocks', () => {
  it('tell of the interests of every block they stand in, in whichever language; others tell nothing', () => {
    const link = (page: string) => `[${page}](https://nordlys.example/${page})`
    const block = (page: string, ...interests: string[]) => ({ markdown: link(page), interests })
    const { links, interests } = freeze(
      press,
      campaignOf([], {
        variants: {
          nb: {
            subject: 'x',
            blocks: [block('a', 'planning'), block('b'), { markdown: `${link('c')} ${link('a')}` }],
          },
          en: {
            subject: 'x',
            blocks: [block('d', 'planning', 'integration'), block('a', 'integration')],
          },
        },
      }),
    )
    expect(links.map((each) => each.at(-1))).toEqual(['a', 'b', 'c', 'd'])
    expect(interests).toEqual({ 0: ['planning', 'integration'], 3: ['planning', 'integration'] })
  })
})

const problemsOf = (campaign: Campaign) => startProblems(policy, campaign, freeze(press, campaign))

async function mailTo(
  counted: { opens: boolean; clicks: boolean },
  campaign = campaignOf(),
  language = 'en',
) {
  const { mails, links } = freeze(press, campaign)
  const mail = mails.find((each) => each.language === language)
  if (mail === undefined) throw new Error('no such language')
  const { values, headers } = await compose(
    { policy, origin, keys: fixedKeys },
    {
      campaignId: '0011223344556677',
      campaign: { topic: 'newsletter', links, trap: 'https://nordlys.example' },
      messageId: '00112233445566778899aabbccddeeff',
      contactId: randomId(),
      language,
      choice: {
        state: 'given',
        basis: 'consent',
        at: '2026-10-01T00:00:00.000Z',
        rank: '',
        noticeVersion: 1,
        ledgerId: randomId(),
      },
      recorded: {
        opens: counted.opens ? 'person' : 'nothing',
        clicks: counted.clicks ? 'person' : 'nothing',
      },
    },
  )
  const used = [mail.subject, mail.html, mail.text].flatMap(placesOf)
  return {
    subject: fill(mail.subject, values),
    html: fill(mail.html, values),
    text: fill(mail.text, values),
    header: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    headers,
    used,
    values,
  }
}

const none = { opens: false, clicks: false }
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)

describe('a marketing mail', () => {
  it('TRACK-01: has raw links and no pixel for whoever allowed neither', async () => {
    const { html, text } = await mailTo(none)
    expect(hrefs(html)).toContain('https://nordlys.example/autumn?a=1&amp;b=2')
    expect(html).not.toMatch(/\/c\/|\/o\/|width="1"/)
    expect(text).not.toMatch(/\/c\/|\/o\//)
  })

  it('TRACK-01: counts opens and clicks each for whoever allowed it', async () => {
    const opens = (await mailTo({ opens: true, clicks: false })).html
    expect(opens).toMatch(
      /<img src="https:\/\/preferences[^"]+\/o\/[\w-]{40}\.gif" alt="" width="1"/,
    )
    expect(opens).not.toContain('/c/')
    const clicks = (await mailTo({ opens: false, clicks: true })).html
    expect(clicks).not.toContain('/o/')
    expect(
      hrefs(clicks)
        .filter((href) => href?.includes('/c/'))
        .map((href) => href?.slice(-2)),
    ).toEqual(['/0', '/1', '/0', '/2'])
    expect(clicks).not.toContain('nordlys.example/autumn')
  })

  it('TRACK-09: has a link that no person can see, for whoever allowed clicks to be counted', async () => {
    const { html, text } = await mailTo({ opens: false, clicks: true })
    const traps = [...html.matchAll(/<a [^>]*display:none[^>]*>(.*?)<\/a>/g)]
    expect(traps).toHaveLength(1)
    const [[trap, content] = []] = traps
    expect(content).toBe('')
    // Its number is the one after the last that is shown.
    expect(trap).toMatch(/href="https:\/\/preferences\.nordlys\.example\/c\/[\w-]{40}\/2"/)
    expect(trap).toContain('aria-hidden="true"')
    expect(trap).toContain('tabindex="-1"')
    expect(text).not.toContain('/c/')
    for (const counted of [none, { opens: true, clicks: false }]) {
      expect((await mailTo(counted)).html).not.toContain('display:none;mso-hide:all')
    }
  })

  it('UNSUB-11: never counts the ways to unsubscribe, to the choices and to the notice', async () => {
    const { html } = await mailTo({ opens: true, clicks: true })
    const own = hrefs(html).filter((href) => href?.startsWith(origin) && !href.includes('/c/'))
    expect(own.map((href) => new URL(href ?? '').pathname.slice(0, 5))).toEqual([
      expect.stringMatching(/^\/u\//),
      '/pref',
      expect.stringMatching(/^\/en\/n/),
    ])
  })

  it('UNSUB-01, UNSUB-13: names one way to unsubscribe, one sign that a POST suffices, one list', async () => {
    const { header, headers } = await mailTo(none)
    expect(headers).toHaveLength(3)
    expect(header['List-Unsubscribe']).toMatch(
      /^<https:\/\/preferences\.nordlys\.example\/u\/[\w-]+>$/,
    )
    expect(header['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    expect(header['List-Id']).toBe('Nyhetsbrev <newsletter.nordlys.example>')
    // UNSUB-14
    for (const { name, value } of headers) expect(`${name}: ${value}`.length).toBeLessThan(500)
  })

  it.each(['nb', 'en'])(
    'SEND-07, UNSUB-16: says in %s who sends it, why, and how to stop it, in both parts',
    async (language) => {
      const { html, text } = await mailTo(none, campaignOf(), language)
      for (const part of [html.replaceAll('&amp;', '&'), text]) {
        expect(part).toContain(policy.controller.name)
        expect(part).toContain(policy.controller.address)
        expect(part).toContain(policy.mail.replyTo)
        expect(part).toMatch(/markedsføring|marketing/)
        expect(part).toMatch(/1\. oktober 2026|1 October 2026/)
        expect(part).toContain(`${origin}/u/`)
        expect(part).toContain(`${origin}/preferences/#t=`)
        expect(part).toContain('/notice/')
      }
    },
  )

  it('SEND-08: fetches nothing but the pictures of its author', async () => {
    const { html } = await mailTo(none)
    expect([...html.matchAll(/(?:src|background)="([^"]*)"/g)].map(([, source]) => source)).toEqual(
      ['https://nordlys.example/aurora.png'],
    )
    expect(html).not.toMatch(/awstrack|<script|<link|@import|url\(/)
  })

  it('has a text part that says the same', async () => {
    const { text } = await mailTo(none)
    expect(text).toContain('the programme <https://nordlys.example/autumn?a=1&b=2>')
    expect(text).toContain('* one\n* two')
    expect(text).toContain('[Aurora over a fjord]')
  })

  it.each([
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '{{7*7}} {{{unsubscribe}}} \\{{pixel}} \\\\{{x}} {{#if x}}',
    '\uE000pixel\uE001',
    '{[x](https://nordlys.example/)',
  ])('SEC-11: takes what is typed for text: %s', async (typed) => {
    const { html, text, subject, used, values } = await mailTo(
      { opens: true, clicks: true },
      campaignOf([typed], {
        variants: { nb: { subject: typed, blocks: [{ markdown: typed }] } },
      }),
      'nb',
    )
    expect(html).not.toMatch(/<script|onerror=alert\(1\)>/)
    expect(Object.keys(values)).toEqual(expect.arrayContaining(used))
    expect(html.match(/\.gif"/g)).toHaveLength(1)
    if (typed.startsWith('{{')) {
      expect(text).toContain('{{7*7}} {{{unsubscribe}}}')
      expect(subject).toBe(typed)
    }
    expect(subject).not.toContain('\n')
  })

  it('SEC-11: has a subject of one line', async () => {
    const campaign = campaignOf([markdown], {
      variants: { nb: { subject: 'a\r\nBcc: all@example.org', blocks: [{ markdown }] } },
    })
    expect((await mailTo(none, campaign, 'nb')).subject).toBe('a Bcc: all@example.org')
  })

  it('is not filled where a value is missing: SES would lose it', () => {
    expect(() => fill('a {{b}}', {})).toThrow(TypeError)
  })
})

describe('what keeps a campaign from starting', () => {
  it('is nothing when all is there', () => {
    expect(problemsOf(campaignOf())).toEqual([])
  })

  it.each([
    ['link-not-https', '[x](http://nordlys.example/)'],
    ['link-not-https', '[x](/relative)'],
    ['image-not-https', '![x](http://nordlys.example/a.png)'],
    ['image-without-alt', '![](https://nordlys.example/a.png)'],
    ['mail-too-large', 'long '.repeat(21_000)],
  ])('is %s', (problem, typed) => {
    expect(problemsOf(campaignOf([typed]))).toEqual([problem])
  })

  it('is a missing subject, language or topic', () => {
    const blocks = [{ markdown: 'Hei' }]
    expect(problemsOf(campaignOf([], { variants: { nb: { subject: ' ', blocks } } }))).toEqual([
      'subject-missing',
    ])
    expect(problemsOf(campaignOf([], { variants: { en: { subject: 'x', blocks } } }))).toEqual([
      'language-missing',
    ])
    expect(problemsOf(campaignOf([markdown], { topic: 'gossip' }))).toEqual(['topic-undeclared'])
  })
})

describe('a preview', () => {
  it('shows the mail, with links that open nothing', async () => {
    const now = new Date('2026-11-27T08:00:00.000Z')
    const known = { campaignId: '0011223344556677', campaign: campaignOf() }
    const shown = await preview(press, known, { language: 'en', counted: true, now })
    expect(shown).toMatchObject({ subject: 'Autumn' })
    expect(shown?.html).toContain('/o/')
    expect(shown?.headers).toHaveLength(3)
    expect(await preview(press, known, { language: 'sv', counted: true, now })).toBeUndefined()
  })
})
