import * as fc from 'fast-check'
import { parseHTML } from 'linkedom'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Campaign, WrittenBlock } from '../../../functions/campaign/campaign-record.ts'
import { draftSchema } from '../../../functions/campaign/draft.ts'
import { freeze } from '../../../functions/campaign/freeze.ts'
import { preview } from '../../../functions/campaign/preview.ts'
import { startProblems } from '../../../functions/campaign/startable.ts'
import { fill, placesOf } from '../../../functions/platform/mail-template.ts'
import { policy } from '../../../policy.ts'
import { dawn } from '../../support/acts.ts'
import { holds } from '../../support/holds.ts'

const press = { policy, origin: 'https://preferences.nordlys.example' }
const of = (blocks: WrittenBlock[], text?: string): Campaign => ({
  name: 'November',
  topic: 'newsletter',
  purpose: 'direct-marketing',
  basis: 'consent',
  state: 'draft',
  variants: { nb: { subject: 'Hei', blocks, ...(text === undefined ? {} : { text }) } },
  links: [],
  tracking: { opens: true, clicks: true },
  key: new Uint8Array(32),
  createdBy: 'somebody',
  createdAt: dawn.toISOString(),
  shards: 0,
  revision: 0,
})
const drawn = (blocks: WrittenBlock[], text?: string) => {
  const campaign = of(blocks, text)
  const frozen = freeze(press, campaign)
  const [mail = { html: '', text: '', blocks: [] }] = frozen.mails
  return { ...mail, links: frozen.links, problems: startProblems(policy, campaign, frozen) }
}
const html = (source: string) => drawn([{ html: source }])
/** What stands between the mark and the footer. */
const within = (mail: string) =>
  /<\/span>[^<]*<\/p>\n([\s\S]*)<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:44px/.exec(
    mail,
  )?.[1]
const saidBy = (text: string) =>
  text
    .split(`\n\n${'-'.repeat(30)}`)[0]
    ?.split('\n\n')
    .slice(1)
    .join('\n\n')

describe('a block of HTML', () => {
  it('is written anew, balanced, with the styles of our mails where it has none of its own', () => {
    const { html: mail, problems } = html('<H1 Align=CENTER>A & B<p style="color:#123">c<b>d</H1>')
    expect(problems).toEqual([])
    expect(within(mail)).toMatch(
      /^<h1 align="CENTER" style="margin:36px[^"]*">A &amp; B<p style="color:#123">c<b>d<\/b><\/p><\/h1>$/,
    )
  })

  it.each([
    '<table width="100%" cellpadding="0" role="presentation"><tbody><tr><td colspan="2" bgcolor="#ffeedd" valign="top">x</td></tr></tbody></table>',
    '<div style="margin:0 auto;max-width:480px;font:bold 14px/1.5 \'Segoe UI\', Arial;background:rgba(1, 2, 3, .5)">x</div>',
    '<p dir="rtl" lang="ar">مرحبا 🌌</p>',
    '<ul><li>x<li>y</ul><hr><br/>x<sup>1</sup><s>z</s>',
    '<p title="a &quot;b&quot;">x</p>',
    'a < b > c & d',
  ])('may be made of what mail clients show: %s', (source) => {
    expect(html(source).problems).toEqual([])
  })

  it.each([
    '<script>alert(1)</script>x',
    '</script><script src=//evil.example>x',
    '<style>body{display:none}</style>x',
    '<form action="https://evil.example/"><input name="q"></form>x',
    '<iframe src="https://evil.example/"></iframe>x',
    '<object data="x"></object>x',
    '<svg onload="x"><p>x</p></svg>',
    '<math><mtext>x</mtext></math>',
    '<base href="https://evil.example/">x',
    '<meta http-equiv="refresh" content="0">x',
    '<body>x',
    '<template><p>x</p></template>',
    '<p onclick="x()">x</p>',
    '<p class="foot">x</p>',
    '<p id="a">x</p>',
    '<a href="https://nordlys.example/" target="_blank">x</a>',
    '<!-- x -->x',
    '<!--[if mso]><table><tr><td><![endif]-->x',
    '<![CDATA[x]]>x',
    '<?php x ?>x',
    '<!doctype html>x',
    '<p "x" =y>x</p>',
    'x <p title="never ended',
    '<td background="https://evil.example/">x</td>',
    '<table background="https://evil.example/"><tr><td>x</table>',
    '<p width="calc(1px)">x</p>',
    '<constructor>x</constructor>',
    '<p constructor="x">x</p>',
  ])('may not start with anything else in it: %s', (source) => {
    expect(html(source).problems).toContain('html-not-allowed')
    expect(within(html(source).html)).not.toMatch(
      /<(?!\/?(?:p|table|tbody|tr|td|a|br)\b)|<[^>]*evil|<[^>]*\son/,
    )
  })

  it.each([
    'display:none',
    'DISPLAY : NONE',
    'position:fixed',
    'margin:-500px',
    'margin-top: -1em',
    'float:left',
    'visibility:hidden',
    'opacity:0',
    'height:99999px',
    'background:url(https://evil.example/)',
    'background-image:url(x)',
    'background:u\\72l(x)',
    'color:expression(alert(1))',
    'width:calc(100% + 1px)',
    'background:image-set("x" 1x)',
    '@import "x"',
    'color:red !important',
    'color:red}.foot{display:none',
    'color:/**/red',
    'color:var(--x)',
    "font-family:'x",
    'mso-hide:all',
    'color:red:url(https://evil.example/)',
    'transform:scale(0)',
  ])('has no style that loads, hides or reaches out of it: %s', (style) => {
    const { html: mail, problems } = html(`<p style="${style.replaceAll('"', '&quot;')}">x</p>`)
    expect(problems).toEqual(['html-not-allowed'])
    expect(within(mail)).toMatch(/^<p style="margin:16px 0 0;">x<\/p>$/)
  })

  it('reads a long style in no time', () => {
    const started = performance.now()
    html(`<p style="color:${'a'.repeat(9000)}!">x</p><p style="color:${'('.repeat(9000)}">x</p>`)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it.each([
    '</table></td></tr></table>x',
    '<tr><td>x</td></tr>',
    '<table><table><tr><td>x</td></tr></table></table>',
    '<table>x<tr><td>y</td></tr></table>',
    '<table><tr><div>x</div></tr></table>',
    '<td>x',
    `${'<div>'.repeat(60)}x`,
  ])('cannot end the frame of the mail: %s', (source) => {
    const drawnSo = html(source)
    if (!source.startsWith('</')) expect(drawnSo.problems).toContain('html-not-allowed')
    expect(balanceOf(within(drawnSo.html) ?? '</table>')).toBe('')
  })

  it('has no link in a link', () => {
    const { html: mail, problems } = html(
      '<a href="https://nordlys.example/a">a <b><a href="https://nordlys.example/b">b</a></b></a>',
    )
    expect(problems).toEqual(['html-not-allowed'])
    expect(within(mail)?.match(/<a /g)).toHaveLength(1)
  })

  it.each([
    ['link-not-https', '<a href="javascript:alert(1)">x</a>'],
    ['link-not-https', '<a href=" java&#10;script:alert(1)">x</a>'],
    ['link-not-https', '<a href="data:text/html,x">x</a>'],
    ['link-not-https', '<a href="http://nordlys.example/">x</a>'],
    ['link-not-https', '<a href="//nordlys.example/">x</a>'],
    ['link-not-https', '<a>x</a>'],
    ['image-not-https', '<img src="http://nordlys.example/a.png" alt="x">'],
    ['image-not-https', '<img src="data:image/png;base64,x" alt="x">'],
    ['image-without-alt', 'x<img src="https://nordlys.example/a.png">'],
    ['image-without-alt', 'x<img src="https://nordlys.example/a.png" alt=" ">'],
    ['html-not-allowed', 'x<img src="https://nordlys.example/a.png" alt="x" onerror="alert(1)">'],
  ])('may not start: %s in %s', (problem, source) => {
    expect(html(source).problems).toEqual([problem])
  })

  it('TRACK-01 shares the numbered places of its links with Markdown, and tells of interests', () => {
    const campaign = of([
      { markdown: '[a](https://nordlys.example/å?x=1&y=2)' },
      {
        html: '<a href="https://nordlys.example/%C3%A5?x=1&amp;y=2">b</a> <a href="https://nordlys.example/c">c</a>',
        interests: ['planning'],
      },
    ])
    const { links, interests, mails } = freeze(press, campaign)
    expect(links).toEqual(['https://nordlys.example/%C3%A5?x=1&y=2', 'https://nordlys.example/c'])
    expect(interests).toEqual({ 0: ['planning'], 1: ['planning'] })
    expect(placesOf(mails[0]?.html ?? '').slice(0, 3)).toEqual(['link0', 'link0', 'link1'])
  })

  it.each([
    '{{7*7}} {{{unsubscribe}}} \\{{pixel}} {{#if x}}',
    '\uE000pixel\uE001 \uE000unsubscribe\uE001',
    '&#xE000;pixel&#xE001; &#57344;unsubscribe&#57345;',
    '<p title="{{pixel}} &#xE000;unsubscribe&#xE001;">x</p>',
    '{<a href="https://nordlys.example/">x</a>',
  ])('SEC-11 takes braces and the marks of places for text: %s', (typed) => {
    for (const block of [{ html: typed }, { markdown: typed }]) {
      const { html: mail, text } = drawn([block])
      const places = placesOf(mail).filter((name) => !name.startsWith('link'))
      expect(places.filter((name) => name === 'pixel')).toHaveLength(1)
      expect(places.filter((name) => name === 'unsubscribe')).toHaveLength(1)
      expect(placesOf(text).filter((name) => name === 'unsubscribe')).toHaveLength(1)
      const values = { brace: '{', backslash: '\\', unsubscribe: 'U', preferences: 'P', since: 'S' }
      // Markdown has a backslash before a brace for the brace itself.
      const shown = 'html' in block ? typed : typed.replace('\\', '')
      if (typed.startsWith('{{')) expect(fill(text, values)).toContain(shown)
    }
  })

  it('has a text part with its links, lists, cells and pictures written out', () => {
    const { text } = html(`
      <h2>Autumn &amp;
        winter</h2>
      <p>Read <a href="https://nordlys.example/a?b=1&amp;c=2">the
      <b> programme</b></a>.<br>Or <i>not</i>.</p>
      <ul><li>one</li><li>two</li></ul>
      <table><tr><th>Day</th><th>Place</th></tr><tr><td>1</td><td>Bodø</td></tr></table>
      <img src="https://nordlys.example/a.png" alt="Aurora"><hr>
      <pre>a  b
  c</pre>🌌`)
    expect(saidBy(text)).toBe(
      [
        'Autumn & winter',
        'Read the programme <https://nordlys.example/a?b=1&c=2>.\nOr not.',
        '* one\n\n* two',
        'Day Place\n\n1 Bodø',
        '[Aurora]',
        '----',
        'a  b\n  c',
        '🌌',
      ].join('\n\n'),
    )
  })

  it('may be of 20,000 characters, and no more', () => {
    const draft = (size: number) => ({
      name: 'x',
      topic: 'newsletter',
      variants: { nb: { subject: 'x', blocks: [{ html: 'x'.repeat(size) }] } },
    })
    expect(v.safeParse(draftSchema, draft(20_000)).success).toBe(true)
    expect(v.safeParse(draftSchema, draft(20_001)).success).toBe(false)
    expect(html('<p>'.repeat(6666)).problems).toEqual(['mail-too-large', 'text-missing'])
  })

  it('is either HTML or Markdown', () => {
    const draft = (block: object) => ({
      name: 'x',
      topic: 'newsletter',
      variants: { nb: { subject: 'x', blocks: [block] } },
    })
    for (const block of [{ html: 'x', markdown: 'x' }, {}, { html: ' ' }, { html: 'x', css: 'x' }])
      expect(v.safeParse(draftSchema, draft(block)).success).toBe(false)
    expect(v.safeParse(draftSchema, draft({ html: 'x', interests: ['a'] })).success).toBe(true)
  })

  const allowed =
    'p h1 h2 h3 h4 ul ol li blockquote strong b em i u s code pre br hr a img table thead tbody tr td th div span sup sub'
  const soup = fc
    .array(
      fc.oneof(
        fc.constantFrom(...allowed.split(' ')).map((name) => `<${name}>`),
        fc.constantFrom(...allowed.split(' ')).map((name) => `</${name}>`),
        fc.constantFrom(
          '<script>',
          '</script>',
          '<style>',
          '<svg>',
          '<template>',
          '<textarea>',
          '<title>',
          '<body>',
          '</body>',
          '</html>',
          '<!--',
          '-->',
          '<![CDATA[',
          '<p title="',
          '"',
          '<a href="https://nordlys.example/">',
          '<p style="display:none">',
          '&lt;script>',
          '&#xE000;pixel&#xE001;',
          '{{unsubscribe}}',
        ),
        fc.string({ unit: 'grapheme', maxLength: 12 }),
      ),
      { minLength: 1, maxLength: 20 },
    )
    .map((parts) => parts.join(''))

  it('SEC-11, UNSUB-16 whatever is pasted, the mail keeps its frame, its footer and nothing but what is allowed', () =>
    holds(
      fc.property(soup, (source) => {
        const { html: mail } = drawn([{ html: source }, { markdown: 'After.' }])
        const block = within(mail)?.split('<p style="margin:16px 0 0;">After.')[0]
        expect(balanceOf(block ?? '</td>')).toBe('')
        const { document } = parseHTML(mail)
        const path = (element: Element | null): string =>
          element === null ? '' : `${path(element.parentElement)}>${element.localName}`
        const cell = '>html>body>table>tr>td>table>tr>td'
        const stop = document.querySelector('a[href="{{unsubscribe}}"]')
        expect(path(stop)).toBe(`${cell}>table>tr>td>p>a`)
        const outside = new Set(['html', 'head', 'meta', 'title', 'style', 'body'])
        const names = [...document.querySelectorAll('*')].map(({ localName }) => localName)
        const odd = names.filter((name) => !outside.has(name) && !allowed.split(' ').includes(name))
        expect(odd).toEqual([])
        expect(document.querySelectorAll('body, style, title, head')).toHaveLength(4)
        expect(mail).not.toMatch(/<[^>]*(?:display:none|\son\w+=)/)
      }),
      500,
    ))
})

/** What is left open or closed too often, by tags alone: empty when each end is that of the last begun. */
function balanceOf(markup: string): string {
  const open: string[] = []
  for (const [, slash, name = ''] of markup.matchAll(/<(\/?)([a-z]\w*)/g)) {
    if (slash === '') {
      if (!['br', 'hr', 'img'].includes(name)) open.push(name)
    } else if (open.pop() !== name) return `</${name}>`
  }
  return open.join(' ')
}

describe('a text part of the author’s own', () => {
  const blocks: WrittenBlock[] = [
    { markdown: 'Block 0.', interests: ['planning'] },
    { html: '<p>Block 1.</p>', interests: ['integration'] },
  ]

  it('SEND-07 stands in the place of the derived one, and has the footer under it', () => {
    const { text, problems } = drawn(blocks, '  Min egen {{tekst}} \\ https://nordlys.example/a  ')
    expect(problems).toEqual([])
    const values = { brace: '{', backslash: '\\', unsubscribe: 'U', preferences: 'P', since: 'S' }
    const filled = fill(text, values)
    expect(saidBy(filled)).toBe('Min egen {{tekst}} \\ https://nordlys.example/a')
    expect(filled).not.toContain('Block')
    for (const part of [
      policy.controller.name,
      policy.controller.address,
      '\nU\n',
      '\nP\n',
      '/notice/',
    ]) {
      expect(filled).toContain(part)
    }
  })

  it('is the same for everybody: an order of blocks is one of the HTML alone', async () => {
    const known = { campaignId: '0011223344556677', campaign: of(blocks, 'Egen') }
    const shown = (...interests: string[]) =>
      preview(press, known, { language: 'nb', counted: true, interests, now: dawn })
    const [one, other] = [await shown('planning'), await shown('integration')]
    expect(one?.html.indexOf('Block 0')).toBeLessThan(one?.html.indexOf('Block 1') ?? 0)
    expect(other?.html.indexOf('Block 1')).toBeLessThan(other?.html.indexOf('Block 0') ?? 0)
    const same = (text = '') => text.replaceAll(/\/u\/[\w-]+|#t=[\w-]+/g, '')
    expect(same(one?.text)).toBe(same(other?.text))
    expect(one?.text).toContain('Egen')
    expect(one?.text).not.toMatch(/Block|\/c\//)
    // Nothing of it is sent along for nothing.
    expect(drawn(blocks, 'Egen').blocks.map((block) => block.text)).toEqual(['', ''])
  })

  it.each([
    ['http://nordlys.example/', ['link-not-https']],
    ['Se (HTTP://nordlys.example) her', ['link-not-https']],
    ['ftp://nordlys.example/', ['link-not-https']],
    ['Se HTTPS://nordlys.example: der', []],
    ['', ['text-missing']],
    [' \n\t ', ['text-missing']],
    ['---', ['text-missing']],
    ['🌌', []],
    ['{{'.repeat(20_000), ['mail-too-large', 'text-missing']],
  ])('is checked before the start: %j', (text, problems) => {
    expect(drawn(blocks, text).problems).toEqual(problems)
  })

  it('is at most 100 kB', () => {
    const draft = (text: string) => ({
      name: 'x',
      topic: 'newsletter',
      variants: { nb: { subject: 'x', blocks: [{ markdown: 'x' }], text } },
    })
    expect(v.safeParse(draftSchema, draft('å'.repeat(50_000))).success).toBe(true)
    expect(v.safeParse(draftSchema, draft('å'.repeat(50_001))).success).toBe(false)
  })

  it.each<[string, WrittenBlock[], string[]]>([
    ['blocks without any', [{ html: '<p></p><hr>' }, { markdown: '---' }], ['text-missing']],
    [
      'a picture that tells what it shows',
      [{ html: '<img src="https://nordlys.example/a.png" alt="Aurora">' }],
      [],
    ],
    [
      'a picture that does not',
      [{ markdown: '![](https://nordlys.example/a.png)' }],
      ['image-without-alt', 'text-missing'],
    ],
  ])('UX-01 is missing, or not, of %s', (_, written, problems) => {
    expect(drawn(written).problems).toEqual(problems)
  })
})
