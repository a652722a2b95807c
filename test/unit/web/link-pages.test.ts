import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { policy } from '../../../policy.ts'
import { confirmPage } from '../../../web/link-pages/confirm-page.ts'
import { unsubscribePage } from '../../../web/link-pages/unsubscribe-page.ts'
import { contentSecurityPolicy } from '../../../web/shared/content-security-policy.ts'
import { count, documents, hostile, known, token } from './documents.ts'

describe.each(Object.entries(documents))('%s', (_, render) => {
  test.each(policy.languages)('in %s', (language) => {
    const document = render(language)
    expect(document.startsWith('<!doctype html>')).toBe(true)
    expect(document).toContain(`<html lang="${language}">`)
    expect(document).toContain('<meta name="robots" content="noindex">')
    expect(count(document, /<h1\b/g)).toBe(1)
    // UX-05: nothing here needs, or may run, a script.
    expect(document).not.toMatch(/<script|javascript:|\son[a-z]+="/i)
    expect(document).not.toContain(hostile)
    // UX-07: nothing is fetched from anyone else.
    expect(document).not.toMatch(/(src|action)="(https?:)?\/\//)
    expect(document).not.toMatch(/<link[^>]+href="(https?:)?\/\//)
    // RIGHT-14
    expect(document).toContain(policy.controller.name)
    expect(document).toContain(`mailto:${policy.controller.email}`)
    expect(document).toContain(policy.authority.website)
    // What is read next is in the same language.
    for (const [form] of document.matchAll(/<form[\s\S]*?<\/form>/g)) {
      expect(form).toMatch(new RegExp(`name="(language|locale)" value="${language}"`))
    }
  })

  test('SEC-06 its style is the one that the content security policy allows', () => {
    const [, css = ''] = /<style>(.*)<\/style>/s.exec(render('nb')) ?? []
    const hash = createHash('sha256').update(css).digest('base64')
    expect(contentSecurityPolicy(policy.branding)).toContain(`style-src 'sha256-${hash}'`)
    expect(css.length).toBeLessThan(8 * 1024)
    expect(render('nb')).not.toContain(' style="')
  })
})

test('SEC-06 the content security policy of a link page allows no script and no frame', () => {
  const directives = contentSecurityPolicy(policy.branding).split('; ')
  expect(directives).toContain("default-src 'none'")
  expect(directives).toContain("frame-ancestors 'none'")
  expect(directives).toContain("base-uri 'none'")
  expect(directives).toContain("object-src 'none'")
  expect(directives.some((directive) => directive.startsWith('script-src'))).toBe(false)
})

test('CONS-03 the confirm page lists everything that was asked for and has one button', () => {
  const page = documents.confirm!('en')
  expect(count(page, /<button/g)).toBe(1)
  expect(count(page, /<form method="post"/g)).toBe(1)
  expect(page).toContain(`action="/s/${token}"`)
  for (const id of ['newsletter', 'events', 'profiling']) {
    expect(page).toMatch(
      new RegExp(`type="checkbox" name="(topics|purposes)" value="${id}" checked`),
    )
  }
  expect(count(page, /type="checkbox"/g)).toBe(3)
  expect(page).toContain('Fjell AS')
  expect(page).not.toContain('<dt>Phone</dt>')
})

test('CONS-05 the confirm page says how to stop before the button', () => {
  const page = documents.confirm!('en')
  expect(page.indexOf('You can change your mind')).toBeGreaterThan(0)
  expect(page.indexOf('You can change your mind')).toBeLessThan(page.indexOf('<button'))
})

test('a sign-up that asked for nothing has nothing to press', () => {
  const asked = { topics: [], purposes: [] }
  const page = confirmPage({ policy, language: 'en', token, address: 'a@b.no', ...asked })
  expect(page).not.toContain('<button')
})

test('UNSUB-17 all marketing is one press away, on the page and on its answer', () => {
  for (const name of [
    'unsubscribe',
    'unsubscribe, nothing known',
    'unsubscribed',
    'unsubscribed, nothing known',
  ]) {
    const page = documents[name]!('en')
    expect(page).toMatch(
      new RegExp(`action="/u/${token}">\\s*<input type="hidden" name="scope" value="all">`),
    )
  }
})

test('UX-06 stopping one topic and stopping everything are the same button', () => {
  const page = documents.unsubscribe!('nb')
  const buttons = [...page.matchAll(/<button[^>]*>/g)].map(([button]) => button)
  expect(buttons).toEqual(['<button class="main">', '<button class="main">'])
})

test('RIGHT-05 nothing of anyone is shown for an erased person or a revoked key', () => {
  const page = unsubscribePage({ policy, language: 'nb', token, topic: 'newsletter' })
  expect(page).not.toMatch(/•••|class="state|#t=/)
  expect(documents['unsubscribed, nothing known']!('nb')).not.toMatch(/•••|name="undo"|api\/links/)
})

test('RIGHT-05 a newsletter link shows the masked address and mail topics, and no purposes', () => {
  const page = unsubscribePage({ policy, language: 'en', token, topic: 'newsletter', known })
  expect(page).toContain('k•••@example.org')
  expect(count(page, /class="state/g)).toBe(2)
  for (const { name } of Object.values(policy.purposes)) expect(page).not.toContain(name.en)
})

test('TRACK-12 the right to object stands apart from everything else', () => {
  const page = documents.unsubscribe!('en')
  expect(page).toMatch(/<section class="box"><h2>You can object<\/h2>/)
})

test('UNSUB-18 the answer says that other mail still comes', () => {
  expect(documents.unsubscribed!('en')).toContain('Mail about agreements and requests')
})

test('undo is offered only with a token, and posts to its own address', () => {
  const page = documents.unsubscribed!('en')
  expect(page).toContain(`action="/u/${token}/undo"`)
  expect(page).toContain('name="undo" value="UNDO"')
  expect(documents['unsubscribed from all']!('en')).not.toContain('/undo"')
})

test('SEC-08 the answer to the form names no address and no choice', () => {
  const page = documents['check inbox']!('en')
  for (const { name } of Object.values(policy.topics)) expect(page).not.toContain(name.en)
})

test('UX-02 errors are listed, lead to their fields, and keep what was typed', () => {
  const page = documents['form error']!('en')
  expect(page).toContain('<a href="#email">')
  expect(page).toMatch(
    /id="email"[^>]*aria-invalid="true" aria-describedby="email-error email-hint"/,
  )
  expect(page).toContain('value="events" checked')
  expect(count(page, / checked/g)).toBe(1)
  expect(page).toContain('<details open>')
})
