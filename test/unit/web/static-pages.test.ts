import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { policy } from '../../../policy.ts'
import { buildSite } from '../../../web/build.ts'
import { textsIn } from '../../../web/locales/locales.ts'
import { noticeTextsIn } from '../../../web/locales/notice-texts.ts'
import { noticePage } from '../../../web/notice/notice-page.ts'
import { offeredIds } from '../../../web/shared/public-policy.ts'
import { count } from './documents.ts'

const dir = mkdtempSync(join(tmpdir(), 'site-'))
const read = (path: string): string => readFileSync(join(dir, path), 'utf8')
const files = (): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()

beforeAll(() => buildSite(dir))
afterAll(() => rmSync(dir, { recursive: true }))

const pages = ['index.html', 'preferences/index.html', 'notice/index.html']
const everyPage = pages.flatMap((page) => [page, `en/${page}`])

/** The page and everything it loads. */
function whole(page: string): string[] {
  const loaded = [...read(page).matchAll(/(?:src|rel="stylesheet" href)="\/(assets\/[^"]+)"/g)]
  return [page, ...loaded.map(([, path]) => path ?? '')]
}

test('every page exists in every language, beside what it loads', () => {
  expect(files()).toEqual(expect.arrayContaining([...everyPage, 'mark.svg']))
  for (const path of everyPage.flatMap(whole)) expect(files()).toContain(path)
})

test('the same policy gives the same files', () => {
  const again = mkdtempSync(join(tmpdir(), 'site-'))
  buildSite(again)
  for (const path of files()) expect(readFileSync(join(again, path), 'utf8')).toBe(read(path))
  rmSync(again, { recursive: true })
})

test('the preference page with its style, script and texts is at most 30 KB compressed', () => {
  const size = (compress: (text: string) => Buffer): number =>
    whole('preferences/index.html').reduce((sum, path) => sum + compress(read(path)).length, 0)
  expect(size(gzipSync)).toBeLessThan(30 * 1024)
  expect(size(brotliCompressSync)).toBeLessThan(26 * 1024)
})

describe.each(everyPage)('%s', (path) => {
  test('UX-07 holds nothing inline and loads nothing from anyone else', () => {
    const page = read(path)
    expect(page).not.toMatch(/<style|\sstyle="|\son[a-z]+="|<iframe|<img/i)
    for (const [script] of page.matchAll(/<script[^>]*>[^<]*<\/script>/g)) {
      expect(script).toMatch(/^<script type="module" src="\/assets\/[^"]+"><\/script>$/)
    }
    expect(page).not.toMatch(/(src|action)="(https?:)?\/\//)
    expect(page).not.toMatch(/<link[^>]+href="(https?:)?\/\//)
  })

  test('RIGHT-14 names who is responsible, in the language it says it is in', () => {
    const page = read(path)
    expect(page).toContain(`<html lang="${path.startsWith('en/') ? 'en' : 'nb'}">`)
    expect(page).toContain(policy.controller.address)
    expect(page).toContain(policy.authority.website)
    expect(count(page, /<a href="[^"]*" hreflang=/g)).toBe(policy.languages.length)
  })
})

test('UX-07 no script or style names another origin', () => {
  for (const path of files().filter((each) => each.startsWith('assets/'))) {
    expect(read(path)).not.toMatch(/@import|url\((?!["']?data:)|fonts\.g/)
  }
  // The only addresses are those that the policy makes links of.
  const [, script = ''] = whole('preferences/index.html').filter((path) => path.endsWith('.js'))
  const own = [policy.controller.website, policy.authority.website]
  const named = [
    ...read(script || whole('preferences/index.html').at(-1)!).matchAll(/https?:\/\/[^"'`\\\s)]+/g),
  ]
  expect(named.map(([address]) => address).filter((address) => !own.includes(address))).toEqual([])
})

describe.each(['index.html', 'en/index.html'])('the sign-up form in %s', (path) => {
  test('CONS-02 has one box per topic and purpose, and none is ticked', () => {
    const page = read(path)
    const offered = [...offeredIds(policy.topics), ...offeredIds(policy.purposes)]
    const boxes = [...page.matchAll(/<input type="checkbox" name="\w+" value="([^"]+)"[^>]*>/g)]
    expect(boxes.map(([, id]) => id)).toEqual(offered)
    for (const [box] of boxes) expect(box).not.toMatch(/checked|required/)
  })

  test('CONS-02 can be sent with none ticked: only the address is required', () => {
    expect(count(read(path), / required/g)).toBe(1)
    expect(read(path)).toMatch(/<input id="email"[^>]* required/)
  })

  test('CONS-11 does not offer what is only for customers', () => {
    expect(read(path)).not.toContain('customer-offers')
  })

  test('CONS-05 says how to stop before it asks for anything', () => {
    const page = read(path)
    const named = page.search(/stop everything again|stoppe alt igjen/)
    expect(named).toBeGreaterThan(0)
    expect(named).toBeLessThan(page.indexOf('<form'))
  })

  test('CONS-04 says which form and which notice it is', () => {
    const language = path.startsWith('en/') ? 'en' : 'nb'
    expect(read(path)).toContain(`name="form" value="sign-up-${language}@${policy.notice.version}"`)
    expect(read(path)).toContain(`name="locale" value="${language}"`)
  })

  test('UX-02 works without a script and names its fields for the browser', () => {
    expect(read(path)).toContain('method="post" action="/api/subscriptions"')
    for (const field of ['email', 'name', 'organization', 'organization-title', 'tel']) {
      expect(read(path)).toContain(`autocomplete="${field}"`)
    }
  })
})

test('UX-05 the preference page says how to stop mail without a script', () => {
  expect(read('preferences/index.html')).toMatch(
    /<noscript>.*lenken i hvert nyhetsbrev virker alltid/s,
  )
  expect(read('preferences/index.html')).toContain('<meta name="robots" content="noindex">')
})

test('GPC-02 the site says that it honours Global Privacy Control', () => {
  expect(JSON.parse(read('.well-known/gpc.json'))).toEqual({
    gpc: true,
    lastUpdate: policy.notice.date,
  })
})

test('RIGHT-14 the notice says where to ring, and on what ground data leaves the EEA, if declared', () => {
  const transfer = 'Standard contractual clauses of 4 June 2021'
  const far = {
    name: 'Far Inc.',
    country: 'Brazil',
    receives: ['events'],
    why: { en: '' },
    transfer,
  }
  const controller = { ...policy.controller, phone: '+47 999 99 999' }
  const declared = { ...policy, controller, recipients: { far } }
  const page = noticePage({ policy: declared, language: 'en', assets: { style: '/style.css' } })
  expect(page).toContain(transfer)
  expect(page).toContain('+47 999 99 999')
})

test('RIGHT-14 the notice says where data is stored, as the deployment is held to it', () => {
  expect(read('notice/index.html')).toContain('Opplysningene lagres i EØS.')
  const page = noticePage({
    policy: { ...policy, storage: 'adequate' },
    language: 'en',
    assets: { style: '/style.css' },
  })
  expect(page).toContain('a country whose protection the European Commission')
})

test('RIGHT-14 the notice names every topic, purpose and recipient', () => {
  const page = read('en/notice/index.html')
  for (const { name } of [...Object.values(policy.topics), ...Object.values(policy.purposes)]) {
    expect(page).toContain(name.en)
  }
  for (const { name } of Object.values(policy.recipients)) expect(page).toContain(name)
})

describe.each(policy.languages)('RIGHT-14 the notice in %s', (language) => {
  const words = noticeTextsIn(language)
  const drawn = (changed: Partial<typeof policy> = {}): string =>
    noticePage({ policy: { ...policy, ...changed }, language, assets: { style: '/style.css' } })
  const page = drawn()

  test('says of everything that is done when it happens and on what ground', () => {
    for (const { basis } of [...Object.values(policy.topics), ...Object.values(policy.purposes)]) {
      expect(page).toContain(words.basis[basis])
      expect(page).toContain(basis === 'off' ? '' : words.article[basis])
    }
  })

  test('does not list what is declared as off', () => {
    const { calls } = policy.purposes
    const off = { ...policy.purposes, calls: { ...calls, basis: 'off' } as const }
    expect(page).toContain(calls.description[language])
    expect(drawn({ purposes: off })).not.toContain(calls.description[language])
  })

  test('says how long each kind of data lives, and has words for every kind', () => {
    expect(Object.keys(words.kept)).toEqual(Object.keys(policy.retention))
    for (const line of Object.values(words.kept)) expect(page).toContain(line)
    const retention = { ...policy.retention, gossip: 1 }
    expect(() => drawn({ retention })).toThrow('retention.gossip')
  })

  test('RIGHT-12: says what stays after an objection and after an erasure, why and how long', () => {
    expect(page).toContain(words.afterObjection)
    expect(page).toContain(textsIn(language).erasure.staysHashText)
    expect(page).toContain(
      textsIn(language).erasure.staysLogText(language === 'nb' ? '10 år' : '10 years'),
    )
  })

  test('names every right with its article, how to use it, the authority and the courts', () => {
    for (const [name = '', text = '', article = ''] of Object.values(words.right)) {
      expect(page).toContain(name)
      expect(page).toContain(text)
      expect(page).toContain(words.articleOf(article))
    }
    expect(page).toContain(`href="mailto:${policy.controller.email}"`)
    expect(page).toMatch(/court|domstolene/)
  })

  test('TRACK-12: has the right to object in a box of its own', () => {
    expect(page).toMatch(/<section class="box"><h2>[^<]+<\/h2><p>[^<]+<\/p><\/section>/)
  })

  test('lists what each version changed, the latest first', () => {
    const said = (text: string) => ({ [language]: text })
    const notice = {
      version: 3,
      date: '2026-11-24',
      changes: said('Third.'),
      earlier: [
        { version: 2, date: '2026-06-01', changes: said('Second.') },
        { version: 1, date: '2025-01-01', changes: said('First.') },
      ],
    }
    const told = drawn({ notice })
    const at = ['Third.', 'Second.', 'First.'].map((text) => told.indexOf(text))
    expect(at.every((index) => index > 0)).toBe(true)
    expect([...at].sort((a, b) => a - b)).toEqual(at)
  })

  test('UX-08: says which standard the pages are made to meet, and where to turn', () => {
    const [, section = ''] = /id="accessibility">([\s\S]*?)<\/section>/.exec(page) ?? []
    expect(section).toContain('EN 301 549')
    expect(section).toContain('WCAG 2.2')
    expect(section).toContain(policy.controller.email)
  })
})

test('the page of choices carries no word of the notice', () => {
  const script = whole('preferences/index.html').find((path) => path.endsWith('.js')) ?? ''
  expect(read(script)).not.toContain('EN 301 549')
})
