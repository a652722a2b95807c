import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { isManage, lettersTo, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { closeBrowser, expectAccessible, tabTo, visitor } from '../support/e2e-page.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

afterAll(closeBrowser)

const stateOf = async ({ email }: Someone, id = 'newsletter') =>
  (await books.contactOf(email))?.choices[id]?.state
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name }).waitFor()
const linkFor = (unsubscribe: string) => unsubscribe.replace('/u/', '/preferences/#t=')

/** Opens the mailed link and presses its one button. */
async function enter(page: Page, person: Someone): Promise<void> {
  await page.goto(`/preferences/#t=${await books.manageLink(person.email)}`)
  await page.locator('[data-act=open]').click()
  await page.locator('#newsletter').waitFor()
}

describe('the page of choices', () => {
  it('asks for the address first, and answers the same for everybody (UX-01, SEC-08)', async () => {
    const { page, leave } = await visitor()
    await page.goto('/preferences/')
    await heading(page, 'Åpne valgene dine')
    await expectAccessible(page, 'preferences, no token')
    await page.locator('#email').fill('kari@')
    await page.keyboard.press('Enter')
    await page.locator('#email[aria-invalid=true]').waitFor()
    await expectAccessible(page, 'preferences, wrong address')
    await page.locator('#email').fill(someone().email)
    await page.keyboard.press('Enter')
    await heading(page, 'Se i innboksen din')
    await expectAccessible(page, 'preferences, link sent')
    await leave()
  })

  it('from a newsletter: turns off, gives back, mails the link, shows no more (RIGHT-05, UX-01)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { page, leave } = await visitor()
    await page.goto(linkFor(unsubscribe))
    await page.locator('#newsletter').waitFor()
    expect(page.url()).not.toContain('#')
    expect(await page.locator('main').innerText()).not.toContain(kari.email)
    await expectAccessible(page, 'preferences, from a newsletter')

    await page.locator('#newsletter').click()
    await page.locator('[data-act=undo]').waitFor()
    expect(await stateOf(kari)).toBe('withdrawn')
    await expectAccessible(page, 'preferences, from a newsletter, turned off')
    await page.locator('[data-act=undo]').click()
    await page.locator('#newsletter:checked').waitFor()
    expect(await stateOf(kari)).toBe('given')

    await page.locator('[data-act=turn-off][data-id=profiling]').click()
    await page.locator('[data-act=turn-off][data-id=profiling]').waitFor({ state: 'detached' })
    expect(await stateOf(kari, 'profiling')).toBe('withdrawn')
    await page.locator('[data-act=link]').last().click()
    await letterTo(kari.email, isManage)
    await leave()
  })

  it('from the mailed link: one press, then everything, with since when and why (SEC-05, UX-07)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, requests, leave } = await visitor()
    await page.goto('/preferences/')
    await page.locator('#email').fill(kari.email)
    await page.keyboard.press('Enter')
    const link = linkIn(await letterTo(kari.email, isManage), '/preferences/')
    await page.goto(link)
    await page.locator('[data-act=open]').waitFor()
    expect(page.url()).not.toContain('#')
    await expectAccessible(page, 'preferences, button of the mailed link')
    const token = link.slice(link.indexOf('=') + 1)
    expect(
      requests.filter((request) => request.url().includes(token) && !request.isNavigationRequest()),
    ).toEqual([])

    await page.locator('[data-act=open]').click()
    await page.locator('#webinars').waitFor()
    expect(await page.locator('main').innerText()).toContain(kari.email)
    await expectAccessible(page, 'preferences, session')
    await page.locator('#webinars').click()
    await expect.poll(() => stateOf(kari, 'webinars')).toBe('given')
    await page.locator('#webinars').click()
    await expect.poll(() => stateOf(kari, 'webinars')).toBe('withdrawn')
    await page.locator('[data-act=undo]').waitFor()
    await expectAccessible(page, 'preferences, after a change with undo')

    await page.goto(link)
    await page.locator('[data-act=open]').click()
    await page.getByText('Lenken gjelder ikke lenger').waitFor()
    await expectAccessible(page, 'preferences, link used before')
    await page.goBack().catch(() => undefined)
    expect(page.url()).not.toContain(token)
    await page.goto('/')
    await leave()
  })

  it('takes an objection to profiling apart from the mail, and one to everything (TRACK-12, CONS-06)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, leave } = await visitor({ language: 'en-GB' })
    await enter(page, kari)
    await page.locator('#object-profiling').click()
    await page.locator('#object-profiling').waitFor({ state: 'detached' })
    expect(await stateOf(kari, 'profiling')).toBe('objected')
    const [registered = ''] =
      /Registrert .+ med referanse [^.]+/.exec(await page.locator('#note').innerText()) ?? []
    expect(registered).toMatch(/ referanse [0-9a-f-]{36}$/)
    expect(await stateOf(kari)).toBe('given')
    expect(await page.locator('[data-act=undo]').count()).toBe(0)
    await expectAccessible(page, 'preferences, objected to profiling')

    await page.locator('#object-calls').click()
    await page.locator('#object-calls').waitFor({ state: 'detached' })
    expect(await stateOf(kari, 'calls')).toBe('objected')
    expect(await stateOf(kari)).toBe('given')
    await page.locator('#object-direct-marketing').click()
    await expect.poll(() => stateOf(kari)).toBe('objected')
    await page.locator('#newsletter:not(:checked)').waitFor()
    await expectAccessible(page, 'preferences, objected to everything')
    await leave()
  })

  it('shows a switch where the server says it is when a change did not reach it (UX-07)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, context, leave } = await visitor({ brokenNetwork: true })
    await enter(page, kari)
    await context.route('**/api/preferences', (route) => route.abort())
    await page.locator('#newsletter').click()
    await page.locator('.note.failed').waitFor()
    expect(await page.locator('#newsletter').isChecked()).toBe(true)
    expect(await stateOf(kari)).toBe('given')
    await expectAccessible(page, 'preferences, not saved')
    await context.unroute('**/api/preferences')
    await page.locator('[data-act=again]').click()
    await page.locator('[data-act=undo]').waitFor()
    expect(await page.locator('#newsletter').isChecked()).toBe(false)
    expect(await stateOf(kari)).toBe('withdrawn')
    await context.route('**/api/preferences', (route) => route.abort())

    await page.goto(`/preferences/#t=${await books.manageLink(kari.email)}`)
    await page.locator('[data-act=retry]').waitFor()
    await expectAccessible(page, 'preferences, unreachable')
    await context.unroute('**/api/preferences')
    await page.locator('[data-act=retry]').click()
    await page.locator('[data-act=open]').waitFor()
    await leave()
  })

  it('needs the keyboard alone, and says aloud what is now true (UX-02, UX-04)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, leave } = await visitor()
    await page.goto(`/preferences/#t=${await books.manageLink(kari.email)}`)
    await tabTo(page, '[data-act=open]')
    await page.keyboard.press('Enter')
    await page.locator('#newsletter').waitFor()
    await tabTo(page, '#newsletter')
    await page.keyboard.press('Space')
    await page.locator('[data-act=undo]').waitFor()
    await expect.poll(() => page.getByRole('status').innerText()).toContain('Nyhetsbrev')
    await tabTo(page, '[data-act=undo]')
    await page.keyboard.press('Enter')
    await page.locator('#newsletter:checked').waitFor()
    expect(await stateOf(kari)).toBe('given')
    await tabTo(page, '#object-profiling')
    await page.keyboard.press('Enter')
    await expect.poll(() => stateOf(kari, 'profiling')).toBe('objected')
    await leave()
  })

  it('rests for 30 days what is on, gives it back, and lets a rest be ended either way (UX-06)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, leave } = await visitor()
    await enter(page, kari)
    await page.locator('#pause-30').click()
    await page.locator('#turn-on-events').waitFor()
    expect([await stateOf(kari), await stateOf(kari, 'events')]).toEqual(['paused', 'paused'])
    expect(await stateOf(kari, 'webinars')).toBeUndefined()
    await expectAccessible(page, 'preferences, paused')
    await page.locator('[data-act=undo]').click()
    await page.locator('#events:checked').waitFor()
    expect(await stateOf(kari, 'events')).toBe('given')

    await page.locator('#pause-90').click()
    await page.locator('#turn-on-events').click()
    await page.locator('#events:checked').waitFor()
    await page.locator('#turn-off-newsletter').click()
    await page.locator('#newsletter:not(:checked)').waitFor()
    expect([await stateOf(kari), await stateOf(kari, 'events')]).toEqual(['withdrawn', 'given'])
    await leave()
  })

  it('gives back what was turned on, as much as what was turned off', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, leave } = await visitor()
    await enter(page, kari)
    await page.locator('#webinars').click()
    await page.locator('[data-act=undo]').click()
    await page.locator('#webinars:not(:checked)').waitFor()
    expect(await stateOf(kari, 'webinars')).toBe('withdrawn')
    await leave()
  })

  it('in two tabs: each saves only what it names, and shows what the other saved (UX-07)', async () => {
    const kari = someone()
    await subscribe(kari)
    const one = await visitor()
    await enter(one.page, kari)
    const two = await visitor()
    await enter(two.page, kari)
    await one.page.locator('#newsletter').click()
    await one.page.locator('[data-act=undo]').waitFor()
    await two.page.locator('#pause-30').click()
    await two.page.locator('main').getByText('Noe ble endret et annet sted').waitFor()
    expect([await stateOf(kari), await stateOf(kari, 'events')]).toEqual(['withdrawn', 'paused'])
    expect(await two.page.locator('#newsletter').isChecked()).toBe(false)
    await expectAccessible(two.page, 'preferences, changed elsewhere')
    await one.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await one.page.locator('#turn-on-events').waitFor()
    await one.leave()
    await two.leave()
  })

  it('says that it saw Global Privacy Control, and leaves the choices alone (GPC-03)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, context, leave } = await visitor()
    await context.setExtraHTTPHeaders({ 'sec-gpc': '1' })
    await enter(page, kari)
    await page.locator('#signal').waitFor()
    expect(await page.locator('#profiling').isChecked()).toBe(true)
    await expectAccessible(page, 'preferences, privacy signal')
    await leave()
  })

  it('shows with forced colours what is on and what is off (UX-01)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, leave } = await visitor()
    await page.emulateMedia({ forcedColors: 'active' })
    await enter(page, kari)
    const ground = (selector: string) =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(await ground('#newsletter')).not.toBe(await ground('#webinars'))
    await leave()
  })

  it.each([
    ['reduced motion', { reducedMotion: 'reduce' }],
    ['more contrast', { contrast: 'more' }],
  ] as const)('can be used with %s (UX-01)', async (what, media) => {
    const kari = someone()
    await subscribe(kari)
    const { page, leave } = await visitor()
    await page.emulateMedia(media)
    await enter(page, kari)
    await expectAccessible(page, `preferences, ${what}`)
    await page.locator('#newsletter').click()
    await page.locator('[data-act=undo]').waitFor()
    const moving = await page
      .locator('#newsletter')
      .evaluate((element) => getComputedStyle(element).transitionDuration)
    if (what === 'reduced motion') expect(moving).toBe('0s')
    await leave()
  })

  it('can be read and used with text at 200 % (UX-01, 1.4.4)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, leave } = await visitor()
    await enter(page, kari)
    await page.evaluate(() => {
      document.documentElement.style.setProperty('font-size', '200%')
    })
    await page.setViewportSize({ width: 640, height: 800 })
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.outerHTML.slice(0, 80)),
    )
    expect(cut).toEqual([])
    await page.locator('#newsletter').click()
    await page.locator('[data-act=undo]').waitFor()
    await leave()
  })

  it('says without JavaScript what works without it (UX-05)', async () => {
    const { page, leave } = await visitor({ javaScript: false })
    await page.goto('/preferences/')
    const text = await page.locator('main').innerText()
    expect(text).toContain('JavaScript')
    expect(text).toContain('privacy@nordlys.example')
    await leave()
  })
})

describe('erasure on the page', () => {
  it.each(['nb-NO', 'en-GB'] as const)(
    'in %s: review, think again, delete, a receipt, a letter (UX-04, RIGHT-01, RIGHT-12)',
    async (language) => {
      const kari = someone()
      await subscribe(kari, { locale: language.slice(0, 2) })
      const { page, leave } = await visitor({ language })
      await enter(page, kari)
      await tabTo(page, '[data-act=review]')
      await page.keyboard.press('Enter')
      await page.locator('[data-act=erase]').waitFor()
      await expectAccessible(page, 'erasure, review')
      await page.locator('[data-act=keep]').click()
      await page.locator('#newsletter').waitFor()
      expect(await stateOf(kari)).toBe('given')

      await page.locator('[data-act=review]').click()
      await tabTo(page, '[data-act=erase]')
      await page.keyboard.press('Enter')
      await page.locator('dl').waitFor()
      await expectAccessible(page, 'erasure, done')
      await expect.poll(() => books.contactOf(kari.email), { timeout: 10_000 }).toBeUndefined()
      await expect
        .poll(async () => (await lettersTo(kari.email)).length, { timeout: 10_000 })
        .toBe(4)
      await leave()
    },
  )

  it('says so when the request did not reach us, and deletes nothing (UX-07)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { page, context, leave } = await visitor({ brokenNetwork: true })
    await enter(page, kari)
    await context.route('**/api/requests', (route) => route.abort())
    await page.locator('[data-act=review]').click()
    await page.locator('[data-act=erase]').click()
    await page.locator('.note.failed').waitFor()
    await expectAccessible(page, 'erasure, not sent')
    expect((await books.contactOf(kari.email))?.erasing).toBeUndefined()
    await leave()
  })
})
