import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrderOf, type Points } from '../../../functions/campaign/block-order.ts'
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
import { holds } from '../../support/holds.ts'

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
  points: Points = new Map(),
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
      blocks: inOrderOf(points, mail.blocks),
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

type Written = { markdown: string; interests?: string[] }
const tagged = (blocks: Written[]): Campaign =>
  campaignOf([], { variants: { en: { subject: 'Autumn', blocks } } })
const points = (of: Record<string, number>): Points => new Map(Object.entries(of))
/** Which of the numbered blocks stand where in a part of a mail. */
const orderIn = (part: string) => [...part.matchAll(/Block (\d+)\./g)].map(([, n]) => Number(n))

describe('the tagged blocks of a mail', () => {
  const tags = fc.option(fc.subarray(['planning', 'integration', 'security'], { minLength: 1 }), {
    nil: undefined,
  })
  const blocks = fc.array(tags, { minLength: 1, maxLength: 8 }).map((all) =>
    all.map((interests, n) => ({
      markdown: `Block ${n}. [Read on](https://nordlys.example/${n})`,
      ...(interests && { interests }),
    })),
  )

  it('change places among themselves alone, alike in both parts, and each keeps its links', () =>
    holds(
      fc.asyncProperty(
        blocks,
        fc.dictionary(fc.constantFrom('planning', 'integration', 'security'), fc.nat(30)),
        async (written, of) => {
          const { html, text } = await mailTo(
            { opens: false, clicks: true },
            tagged(written),
            'en',
            points(of),
          )
          const order = orderIn(html)
          expect(orderIn(text)).toEqual(order)
          expect(order.toSorted((a, b) => a - b)).toEqual(written.map((_, n) => n))
          const isTagged = (n: number) => written[n]?.interests !== undefined
          expect(order.filter((n, place) => n !== place && !isTagged(n))).toEqual([])
          // A click on the n-th link leads to the page of the n-th block, and tells of its interest.
          const links = hrefs(html).flatMap(
            (href) => /\/c\/[\w-]{40}\/(\d+)$/.exec(href ?? '')?.[1] ?? [],
          )
          expect(links.slice(0, -1).map(Number)).toEqual(order)
          expect([...text.matchAll(/nordlys\.example\/(\d+)>/g)].map(([, n]) => Number(n))).toEqual(
            order,
          )
        },
      ),
      50,
    ))

  it('stand as they are written for whoever has no profile: the very mail of one without tags', () =>
    holds(
      fc.asyncProperty(blocks, async (written) => {
        const plain = written.map(({ markdown }) => ({ markdown }))
        // All but what is of one person.
        const same = (part: string) => part.replaceAll(/\/u\/[\w-]+|#t=[\w-]+/g, '')
        const [withTags, without] = await Promise.all([
          mailTo(none, tagged(written)),
          mailTo(none, tagged(plain)),
        ])
        expect(same(withTags.html)).toBe(same(without.html))
        expect(same(withTags.text)).toBe(same(without.text))
      }),
      50,
    ))

  it('stand in the mail itself where there is nothing to choose', () => {
    const of = (...blocks: Written[]) => freeze(press, tagged(blocks)).mails[0]?.blocks.length
    const about = (...interests: string[]) => ({ markdown: 'x', interests })
    expect(of({ markdown }, { markdown })).toBe(0)
    expect(of({ markdown }, about('planning'))).toBe(0)
    expect(of(about('planning'), { markdown }, about('planning'))).toBe(0)
    expect(of(about('planning'), { markdown }, about('integration'))).toBe(2)
  })

  it.each([
    '{{7*7}} {{block1}} {{{unsubscribe}}} \\{{pixel}}',
    '<script>x</script>',
    '\uE000pixel\uE001',
    '{',
  ])('SEC-11: are text, whatever is typed into one: %s', async (typed) => {
    const { html, text, used, values } = await mailTo(
      { opens: true, clicks: true },
      tagged([
        { markdown: `${typed}\n\nBlock 0.`, interests: ['planning'] },
        { markdown: 'Block 1.', interests: ['integration'] },
      ]),
      'en',
      points({ integration: 1 }),
    )
    expect([html, text].map(orderIn)).toEqual([
      [1, 0],
      [1, 0],
    ])
    expect(html).not.toContain('<script')
    expect(html.match(/\.gif"/g)).toHaveLength(1)
    expect(Object.keys(values)).toEqual(expect.arrayContaining(used))
    if (typed.startsWith('{{')) expect(text).toContain('{{7*7}} {{block1}} {{{unsubscribe}}}')
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
    ['image-without-alt', 'See ![](https://nordlys.example/a.png)'],
    ['mail-too-large', 'long '.repeat(21_000)],
  ])('is %s', (problem, typed) => {
    expect(problemsOf(campaignOf([typed]))).toEqual([problem])
  })

  it('is the size of the largest mail: tagged blocks, and links as they are, count like all else', () => {
    const half = 'long '.repeat(11_000)
    const blocks = (a: string, b: string) => [
      { markdown: a, interests: ['planning'] },
      { markdown: b, interests: ['integration'] },
    ]
    const nb = (...of: Parameters<typeof blocks>) => ({
      variants: { nb: { subject: 'x', blocks: blocks(...of) } },
    })
    expect(problemsOf(campaignOf([], nb(half, 'short')))).toEqual([])
    expect(problemsOf(campaignOf([], nb(half, half)))).toEqual(['mail-too-large'])
    const link = (n: number) => `[x](https://nordlys.example/${String(n).repeat(15_000)})`
    const links = Array.from({ length: 8 }, (_, n) => link(n)).join(' ')
    expect(problemsOf(campaignOf([links]))).toEqual(['mail-too-large'])
  })

  it('is a language whose values SES would not take: it gets the links of all of them', () => {
    const linking = (n: number) =>
      Array.from(
        { length: 5 },
        (_, at) => `[x](https://nordlys.example/${`${n}${at}`.repeat(7000)})`,
      )
    const texts = Object.fromEntries(
      ['nb', 'en', 'nn', 'se'].map((language, n) => [
        language,
        { subject: 'x', blocks: [{ markdown: linking(n).join(' ') }] },
      ]),
    )
    expect(
      problemsOf(campaignOf([], { variants: { nb: texts.nb ?? { subject: '', blocks: [] } } })),
    ).toEqual([])
    expect(problemsOf(campaignOf([], { variants: texts }))).toEqual(['mail-too-large'])
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
  const now = new Date('2026-11-27T08:00:00.000Z')

  it('shows the order that somebody’s interests make; without any, that of whoever is not profiled', async () => {
    const campaign = tagged([
      { markdown: 'Block 0.', interests: ['planning'] },
      { markdown: 'Block 1.' },
      { markdown: 'Block 2.', interests: ['integration'] },
    ])
    const known = { campaignId: '0011223344556677', campaign }
    const shown = async (...interests: string[]) => {
      const drawn = await preview(press, known, { language: 'en', counted: false, interests, now })
      return orderIn(drawn?.html ?? '')
    }
    expect(await shown()).toEqual([0, 1, 2])
    expect(await shown('integration')).toEqual([2, 1, 0])
    expect(await shown('planning', 'integration')).toEqual([0, 1, 2])
    expect(await shown('integration', 'planning')).toEqual([2, 1, 0])
  })

  it('shows the mail, with links that open nothing', async () => {
    const known = { campaignId: '0011223344556677', campaign: campaignOf() }
    const shown = await preview(press, known, { language: 'en', counted: true, interests: [], now })
    expect(shown).toMatchObject({ subject: 'Autumn' })
    expect(shown?.html).toContain('/o/')
    expect(shown?.headers).toHaveLength(3)
    const swedish = { language: 'sv', counted: true, interests: [], now }
    expect(await preview(press, known, swedish)).toBeUndefined()
  })
})
