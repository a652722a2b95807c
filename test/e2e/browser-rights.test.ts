import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { checkReceipt } from '../../infra/receipt-check.ts'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, get, http, json } from '../support/e2e-http.ts'
import { type InboxLetter, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { closeBrowser, expectAccessible, tabTo, visitor } from '../support/e2e-page.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'

afterAll(closeBrowser)

async function enter(page: Page, person: Someone): Promise<void> {
  await page.goto(`/preferences/#t=${await books.manageLink(person.email)}`)
  await page.locator('[data-act=open]').click()
  await page.locator('#data').waitFor()
}

async function opened(language: 'nb-NO' | 'en-GB' = 'nb-NO') {
  const kari = someone()
  await subscribe(kari, { locale: language.slice(0, 2) })
  const visit = await visitor({ language })
  await enter(visit.page, kari)
  return { kari, ...visit }
}
const contactOf = ({ email }: Someone) => books.contactOf(email)
const noteOf = (page: Page) => page.locator('#note').innerText()

describe('the rights to one’s data, on the page', () => {
  it('a copy: one press, a mail, and it is there on the page, too (RIGHT-05, RIGHT-08, RIGHT-01)', async () => {
    const { kari, page, leave } = await opened()
    await tabTo(page, '#copy')
    await page.keyboard.press('Enter')
    await page.locator('#note').waitFor()
    expect(await noteOf(page)).toMatch(/Registrert .+ med referanse [0-9a-f-]{36}\.$/)
    await expectAccessible(page, 'preferences, a copy asked for')
    await letterTo(kari.email, ({ text }: InboxLetter) => text.includes(`${cloud.origin}/d/`))
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.locator('[data-act=open-copy]').waitFor()
    await expectAccessible(page, 'preferences, a copy to open')
    await page.locator('[data-act=open-copy]').click()
    await page.waitForURL('**/d/**')
    expect(await page.locator('body').innerText()).toContain(kari.email)
    await leave()
  })

  it('a correction: what differs is written, what is wrong is named, and nothing typed is lost (RIGHT-09)', async () => {
    const { kari, page, leave } = await opened()
    await page.locator('#correct').click()
    await page.locator('#name').waitFor()
    expect(await page.locator('#name').inputValue()).toBe(kari.name)
    await expectAccessible(page, 'correct')
    await page.locator('#name').fill('Kari Ny')
    await page.locator('#phone').fill('ring meg')
    await page.keyboard.press('Enter')
    await page.locator('#phone[aria-invalid=true]').waitFor()
    expect(await page.locator('#name').inputValue()).toBe('Kari Ny')
    expect((await contactOf(kari))?.identity.name).toBe(kari.name)
    await expectAccessible(page, 'correct, wrong phone')
    await page.locator('#phone').fill('+47 912 34 567')
    await page.locator('#language').selectOption('en')
    await page.locator('#save').click()
    await page.locator('main').getByText('It is corrected everywhere').waitFor()
    const held = await contactOf(kari)
    expect(held?.identity).toMatchObject({ name: 'Kari Ny', phone: '+47 912 34 567' })
    expect(held?.language).toBe('en')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('note')
    await expectAccessible(page, 'preferences, corrected')

    await page.locator('#correct').click()
    await page.locator('#keep').click()
    await page.locator('#newsletter').waitFor()
    await leave()
  })

  it('a new address is only asked for, and its own mailbox confirms it (RIGHT-09)', async () => {
    const { kari, page, leave } = await opened('en-GB')
    const ny = someone('ny')
    await page.locator('#correct').click()
    await page.locator('#email').fill(ny.email)
    await page.locator('#save').click()
    await page.locator('main').getByText('Almost done').waitFor()
    expect((await contactOf(kari))?.identity.email).toBe(kari.email)
    await page.locator('main').getByText('Waits for you to confirm from the new address').waitFor()
    const link = linkIn(await letterTo(ny.email, ({ text }) => text.includes('/address')), '/s/')
    await page.goto(link)
    await expectAccessible(page, 'a new address to confirm')
    await page.locator('button').click()
    await page.locator('main').getByText('The address is changed').waitFor()
    expect((await contactOf(ny))?.identity.email).toBe(ny.email)
    await leave()
  })

  it('a freeze: said before it holds, stops all, and is ended by one press (RIGHT-10, UX-04)', async () => {
    const { kari, page, leave } = await opened()
    await page.locator('#freeze').click()
    await page.locator('#freeze-now').waitFor()
    await expectAccessible(page, 'freeze')
    expect((await contactOf(kari))?.restricted).toBe(false)
    await page.locator('#freeze-now').click()
    await page.locator('#unfreeze').waitFor()
    expect((await contactOf(kari))?.restricted).toBe(true)
    expect(await page.locator('#newsletter').count()).toBe(0)
    await expectAccessible(page, 'preferences, frozen')
    await page.locator('#unfreeze').click()
    await page.locator('#newsletter:checked').waitFor()
    const held = await contactOf(kari)
    expect([held?.restricted, held?.choices.newsletter?.state]).toEqual([false, 'given'])
    await leave()
  })

  it('a receipt is saved as a file that anyone can check (REC-02)', async () => {
    const { page, leave } = await opened('en-GB')
    await page.locator('#receipts').click()
    await page.locator('#save-newsletter').waitFor()
    await expectAccessible(page, 'receipts')
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('#save-newsletter').click(),
    ])
    const text = await readFile(await saved.path(), 'utf8')
    const keys = (await get('/api/receipt-keys')).json()
    expect(saved.suggestedFilename()).toMatch(/^receipt-.+\.json$/)
    expect(await checkReceipt(text, keys)).toMatchObject({ kind: 'holds' })
    await page.locator('#keep').click()
    await page.locator('#newsletter').waitFor()
    await leave()
  })

  it('a correction that came by letter is written by the person, and answers that very request (RIGHT-04)', async () => {
    const { kari, page, leave } = await opened()
    const headers = { ...json, ...bearer(await staffTokenOf('privacy')) }
    const body = JSON.stringify({ kind: 'rectification', came: 'letter', email: kari.email })
    const entered = await http('POST', '/staff/requests', { headers, body })
    const { id } = entered.json() as { id: string }
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.locator(`#was-me-${id}`).click()
    await page.locator('#company').fill('Fjord AS')
    await page.locator('#save').click()
    await page.locator(`#request-${id}`).waitFor()
    expect((await contactOf(kari))?.identity.company).toBe('Fjord AS')
    expect(await page.locator('[id^=was-me-]').count()).toBe(0)
    await leave()
  })
})
