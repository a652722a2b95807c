import { afterAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { post } from '../support/e2e-http.ts'
import { isManage, letterTo } from '../support/e2e-inbox.ts'
import { closeBrowser, expectAccessible, tabTo, visitor } from '../support/e2e-page.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

afterAll(closeBrowser)

const stateOf = async ({ email }: Someone, id = 'newsletter') =>
  (await books.contactOf(email))?.choices[id]?.state
const button = (name: string) => ({ name, exact: true })

describe('the page behind the link in a mail', () => {
  it('stops, gives back, stops everything and mails the link, each in one press (UNSUB-16, UNSUB-17, UX-01)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { page, leave } = await visitor()
    await page.goto(unsubscribe)
    expect(await stateOf(kari)).toBe('given')
    await expectAccessible(page, 'unsubscribe')

    await page.getByRole('button', button('Stopp «Nyhetsbrev»')).click()
    await page.getByRole('heading', { level: 1, name: '«Nyhetsbrev» er stoppet' }).waitFor()
    expect(await stateOf(kari)).toBe('withdrawn')
    await expectAccessible(page, 'unsubscribed')

    await page.getByRole('button', button('Angre')).click()
    await page.getByRole('heading', { level: 1, name: 'Angret' }).waitFor()
    expect(await stateOf(kari)).toBe('given')
    await expectAccessible(page, 'undone')

    await page.goto(unsubscribe)
    await page.getByRole('button', button('Stopp all markedsføring')).click()
    await page.getByRole('heading', { level: 1, name: 'All markedsføring er stoppet' }).waitFor()
    expect(await stateOf(kari, 'profiling')).toBe('withdrawn')
    await expectAccessible(page, 'all stopped')

    await page.getByRole('button', button('Send meg lenken')).click()
    await letterTo(kari.email, isManage)
    await expectAccessible(page, 'link sent')
    await page.goto(unsubscribe)
    await expectAccessible(page, 'unsubscribe, everything stopped already')
    await leave()
  })

  it('says so when it is too late to undo (CONS-16)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { page, leave } = await visitor({ language: 'en-GB' })
    await page.goto(`${unsubscribe}?lang=en`)
    await page.getByRole('button', button('Stop “Newsletter”')).click()
    await page.locator('input[name=undo]').waitFor({ state: 'attached' })
    await post(unsubscribe, 'scope=all')
    await page.getByRole('button', button('Undo')).click()
    await page.getByRole('heading', { level: 1, name: /too late/i }).waitFor()
    await expectAccessible(page, 'too late to undo')
    expect(await stateOf(kari)).toBe('withdrawn')
    await leave()
  })

  it.each([
    ['nb-NO', 'nb'],
    ['en-GB', 'en'],
  ] as const)(
    'works without JavaScript for a reader of %s, in the language of the person (UX-05)',
    async (language, lang) => {
      const kari = someone()
      const { unsubscribe } = await subscribe(kari, { locale: lang })
      const { page, leave } = await visitor({ language, javaScript: false })
      await page.goto(unsubscribe)
      expect(await page.locator('html').getAttribute('lang')).toBe(lang)
      await page.locator('form:has(input[value=topic]) button').click()
      await page.locator('form[action$="/undo"] button').click()
      expect(await stateOf(kari)).toBe('given')
      await page.locator('form:has(input[value=topic]) button').click()
      await page.locator('form:has(input[value=all]) button').click()
      expect(await stateOf(kari, 'profiling')).toBe('withdrawn')
      expect(await page.locator('html').getAttribute('lang')).toBe(lang)
      await leave()
    },
  )

  it('needs the keyboard alone, at 320 px (UX-02)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { page, leave } = await visitor()
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(unsubscribe)
    await tabTo(page, 'button.main')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: '«Nyhetsbrev» er stoppet' }).waitFor()
    await tabTo(page, 'form[action$="/undo"] button')
    await page.keyboard.press('Space')
    await page.getByRole('heading', { level: 1, name: 'Angret' }).waitFor()
    expect(await stateOf(kari)).toBe('given')
    await leave()
  })

  it('is not a press when it is only opened, reloaded and left, whatever runs in the browser (UNSUB-07)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const before = (await books.contactOf(kari.email))?.revision
    const { page, requests, leave } = await visitor()
    await page.goto(unsubscribe)
    await page.mouse.move(300, 300)
    await page.reload()
    await page.goto('/')
    await page.goBack()
    expect(requests.filter((request) => request.method() !== 'GET')).toEqual([])
    expect((await books.contactOf(kari.email))?.revision).toBe(before)
    await leave()
  })

  it('looks the same weight for this and for all: no button is smaller or paler (UX-06)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { page, leave } = await visitor()
    await page.goto(unsubscribe)
    const looks = await page.locator('button.main').evaluateAll((buttons) =>
      buttons.map((each) => {
        const { backgroundColor, color, fontSize, fontWeight } = getComputedStyle(each)
        const { width, height } = each.getBoundingClientRect()
        return { backgroundColor, color, fontSize, fontWeight, width, height }
      }),
    )
    expect(looks).toHaveLength(2)
    expect(looks[0]).toEqual(looks[1])
    await leave()
  })
})
