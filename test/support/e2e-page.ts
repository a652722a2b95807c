import axe from 'axe-core'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import { launchBrowser } from './browser.ts'
import { cloud } from './e2e-cloud.ts'
import { rememberTokensIn } from './e2e-traces.ts'

export type Visit = {
  page: Page
  context: BrowserContext
  /** Everything the page asked of any server. */
  requests: Request[]
  /** Leaves, after looking at what was left behind (UX-07, SEC-05). */
  leave: () => Promise<void>
}
export type VisitorOf = {
  language?: 'nb-NO' | 'en-GB'
  javaScript?: boolean
  /** A test that breaks the network itself expects the browser to say so. */
  brokenNetwork?: boolean
}

let browser: Promise<Browser> | undefined
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
}

/** A fresh visitor, watched: whatever their page does wrong fails the test when they leave. */
export async function visitor(of: VisitorOf = {}): Promise<Visit> {
  browser ??= launchBrowser()
  const { language = 'nb-NO', javaScript = true, brokenNetwork = false } = of
  const context = await (await browser).newContext({
    baseURL: cloud.origin,
    locale: language,
    javaScriptEnabled: javaScript,
    viewport: { width: 1000, height: 800 },
  })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const requests: Request[] = []
  const complaints: string[] = []
  context.on('request', (request) => {
    requests.push(request)
    rememberTokensIn(request.url())
    rememberTokensIn(request.headers().authorization ?? '')
  })
  page.on('console', (message) => {
    // Chromium itself notes each 4xx that a page is told; that is an answer, not a fault of the page.
    const isStatus = /the server responded with a status of 4\d\d/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isStatus) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const leave = async () => {
    await expectNothingLeft(page, context, javaScript)
    const abroad = requests.map((request) => request.url()).filter((url) => !isOurs(url))
    expect(abroad, 'requests to third parties (UX-07)').toEqual([])
    const referers = requests.map((request) => request.headers().referer).filter(Boolean)
    expect(referers, 'referrers (SEC-05)').toEqual([])
    if (!brokenNetwork) expect(complaints, 'console').toEqual([])
    await context.close()
  }
  return { page, context, requests, leave }
}

const isOurs = (url: string): boolean => new URL(url).origin === cloud.origin

async function expectNothingLeft(
  page: Page,
  context: BrowserContext,
  javaScript: boolean,
): Promise<void> {
  expect(await context.cookies(), 'cookies (UX-07)').toEqual([])
  if (!javaScript) return
  const stored = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }))
  expect(stored, 'storage (UX-07)').toEqual({
    local: 0,
    session: 0,
    databases: 0,
    caches: 0,
    workers: 0,
  })
}

/**
 * One state of one page: WCAG 2.2 AA without a finding in light and dark, nothing to scroll sideways
 * at 320 px, a language, a title, one first-level heading (UX-01).
 */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const shown = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
  }))
  expect(shown, state).toEqual({
    lang: expect.stringMatching(/^(nb|en)$/),
    title: expect.stringMatching(/\S · Nordlys$/),
    headings: 1,
  })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFindings(page), `${state}, ${colorScheme}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await expectReflow(page, state)
}

async function axeFindings(page: Page): Promise<string[]> {
  // Through the debugger, since the page's own policy lets no foreign script in.
  const isThere = await page.evaluate(() => 'axe' in window)
  if (!isThere) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(async () => {
    const { axe: there } = window as unknown as { axe: typeof axe }
    return there.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    })
  })
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${impact} ${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

/** 320 CSS pixels: a phone, or a page at 400 % (WCAG 1.4.10). */
async function expectReflow(page: Page, state: string): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 640 })
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const over = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
    )
    return scrollWidth > clientWidth ? over.map((element) => element.outerHTML.slice(0, 80)) : []
  })
  expect(wide, `${state} at 320 px`).toEqual([])
  if (before !== null) await page.setViewportSize(before)
}

/** Presses Tab until the element has focus; every stop on the way shows where it is (2.4.7, 2.5.8). */
export async function tabTo(page: Page, selector: string, most = 60): Promise<void> {
  for (let press = 0; press < most; press++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate((wanted) => {
      const focused = document.activeElement
      if (!(focused instanceof HTMLElement) || focused === document.body) return undefined
      const { outlineStyle, outlineWidth } = getComputedStyle(focused)
      const box = (focused.closest('label') ?? focused).getBoundingClientRect()
      return {
        isIt: focused.matches(wanted),
        what: focused.outerHTML.slice(0, 90),
        outline: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
        inView: box.bottom > 0 && box.top < innerHeight,
        size: Math.min(box.width, box.height),
        inText: focused.matches('p a'),
      }
    }, selector)
    if (stop === undefined) continue
    expect(stop.outline, `focus is seen on ${stop.what}`).toBe(true)
    expect(stop.inView, `focus is in view on ${stop.what}`).toBe(true)
    if (!stop.inText) expect(stop.size, `24 px for ${stop.what}`).toBeGreaterThanOrEqual(24)
    if (stop.isIt) return
  }
  throw new Error(`${selector} is not reached with Tab`)
}
