import { afterAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { isConfirmation, isWelcome, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { closeBrowser, expectAccessible, tabTo, visitor } from '../support/e2e-page.ts'
import { signUp, someone, subscribe } from '../support/e2e-person.ts'

afterAll(closeBrowser)

const words = {
  nb: { sent: 'Se i innboksen din', newsletter: 'Nyhetsbrev' },
  en: { sent: 'Check your inbox', newsletter: 'Newsletter' },
}
const choicesOf = async (email: string) =>
  Object.entries((await books.contactOf(email))?.choices ?? {})
    .filter(([, { state }]) => state === 'given')
    .map(([id]) => id)
    .sort()

describe('signing up in a browser', () => {
  it.each([
    ['nb', '/', true],
    ['en', '/en/', true],
    ['nb', '/', false],
    ['en', '/en/', false],
  ] as const)(
    'in %s from %s with JavaScript %s: form, inbox, button, welcome (UX-01, UX-05, CONS-02)',
    async (lang, start, javaScript) => {
      const kari = someone()
      const language = lang === 'nb' ? 'nb-NO' : 'en-GB'
      const { page, leave } = await visitor({ language, javaScript })
      const look = (state: string) => (javaScript ? expectAccessible(page, state) : undefined)
      await page.goto(start)
      expect(await page.locator('input:checked').count()).toBe(0)
      await look('sign-up, empty')

      await page.locator('input[name=topics][value=newsletter]').check()
      await page.locator('input[name=purposes][value=profiling]').check()
      await page.locator('summary').click()
      await page.locator('#name').fill(kari.name)
      await page.locator('#email').fill(kari.email)
      await page.locator('button.main').click()
      await page.getByRole('heading', { level: 1, name: words[lang].sent }).waitFor()
      await look('sign-up, sent')

      await page.goto(linkIn(await letterTo(kari.email, isConfirmation), '/s/'))
      expect(await page.locator('html').getAttribute('lang')).toBe(lang)
      expect(await page.locator('main').innerText()).toContain(kari.name)
      await look('confirm')
      await page.locator('input[value=profiling]').uncheck()
      await page.locator('button.main').click()
      await page.locator('ul.card').waitFor()
      await look('confirmed')
      expect(await choicesOf(kari.email)).toEqual(['newsletter'])
      const welcome = await letterTo(kari.email, isWelcome)
      expect(welcome.text).toContain(words[lang].newsletter)
      await leave()
    },
  )

  it('answers in place: whose inbox, and the reader begins at the new title (UX-02)', async () => {
    const kari = someone()
    const { page, leave } = await visitor()
    await page.goto('/')
    await page.locator('#email').fill(kari.email)
    await page.locator('button.main').click()
    await page.getByRole('heading', { level: 1, name: words.nb.sent }).waitFor()
    expect(await page.locator('main').innerText()).toContain(kari.email)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await leave()
  })

  it('says what to correct, beside the field, and keeps what was typed (UX-02, UX-03)', async () => {
    const { page, leave } = await visitor()
    await page.goto('/')
    await page.locator('input[value=events]').check()
    await page.locator('#email').fill('kari@')
    await page.keyboard.press('Enter')
    await page.locator('#email[aria-invalid=true]').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('email')
    expect(await page.locator('#email-error').innerText()).toContain('kari@example.org')
    await expectAccessible(page, 'sign-up, wrong address')

    // What only the server can tell: the browser takes this address, SES would not.
    await page.locator('#email').fill('"kari"@example.org')
    await page.locator('summary').click()
    await page.locator('#phone').fill('ring meg')
    await page.locator('#email').fill('kari.ordmann@example.org')
    await page.locator('button.main').click()
    await page.locator('#phone[aria-invalid=true]').waitFor()
    await expectAccessible(page, 'sign-up, wrong telephone')
    expect(await page.locator('#email').inputValue()).toBe('kari.ordmann@example.org')
    expect(await page.locator('input[value=events]').isChecked()).toBe(true)
    await leave()
  })

  it('does the same without JavaScript, on the page that the server draws (UX-02, UX-05)', async () => {
    const { page, leave } = await visitor({ language: 'en-GB', javaScript: false })
    await page.goto('/en/')
    await page.locator('input[value=events]').check()
    await page.locator('#email').fill('kari@example')
    await page.locator('button.main').click()
    await page.locator('.alert').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.locator('#email').inputValue()).toBe('kari@example')
    expect(await page.locator('input[value=events]').isChecked()).toBe(true)
    await leave()
  })

  it('draws those pages accessibly too (UX-01)', async () => {
    const { page, leave } = await visitor()
    const postPlainly = (email: string) =>
      page.evaluate((typed) => {
        const form = document.querySelector<HTMLFormElement>('#sign-up')
        const field = document.querySelector<HTMLInputElement>('#email')
        if (field !== null) field.value = typed
        form?.submit()
      }, email)
    await page.goto('/')
    await postPlainly('kari@example')
    await page.locator('.alert').waitFor()
    await expectAccessible(page, 'form again, with errors')
    await postPlainly(someone().email)
    await page.locator('.alert').waitFor({ state: 'detached' })
    await expectAccessible(page, 'form sent, without script')
    await leave()
  })

  it('can be done with the keyboard alone, at 320 px (UX-02, 2.1.1)', async () => {
    const kari = someone()
    const { page, leave } = await visitor()
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto('/')
    await tabTo(page, 'input[value=newsletter]')
    await page.keyboard.press('Space')
    await tabTo(page, '#email')
    await page.keyboard.type(kari.email)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Se i innboksen din' }).waitFor()
    await page.goto(linkIn(await letterTo(kari.email, isConfirmation), '/s/'))
    await tabTo(page, 'button.main')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Bekreftet' }).waitFor()
    expect(await choicesOf(kari.email)).toEqual(['newsletter'])
    await leave()
  })
})

describe('links that no longer confirm', () => {
  it('each have a page that says so and how to go on (UX-01)', async () => {
    const [kari, ola] = [someone(), someone('ola')]
    await subscribe(kari)
    await signUp(ola)
    const { page, leave } = await visitor()
    await page.goto(linkIn(await letterTo(kari.email, isConfirmation), '/s/'))
    await expectAccessible(page, 'already confirmed')
    await page.goto('/s/AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
    await expectAccessible(page, 'bent link')
    await page.goto('/notice/')
    await expectAccessible(page, 'notice')
    await page.goto('/en/notice/')
    await expectAccessible(page, 'notice in English')
    await leave()
  })
})
