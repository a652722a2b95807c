import { mkdir } from 'node:fs/promises'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { startLocalCloud } from './local-cloud.ts'
import { takeStates } from './take-states.ts'

/**
 * `npm run pictures`: walks one person's way through the running product and takes the README's
 * pictures on it, so that they show what is there.
 */
const out = 'web/pictures'
const email = 'kari.nordmann@example.org'

type Letter = { destination: { to: string[] }; body: { text: string; html: string } }

async function letterWith(inbox: string, pattern: RegExp): Promise<Letter & { link: string }> {
  for (let attempt = 0; attempt < 120; attempt++) {
    const { emails }: { emails: Letter[] } = await (await fetch(`${inbox}/store`)).json()
    for (const letter of emails.toReversed()) {
      const link = pattern.exec(letter.body.text)?.[1]
      if (letter.destination.to.includes(email) && link !== undefined) return { ...letter, link }
    }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`no letter with ${pattern} came`)
}

const statesAt = process.argv.indexOf('--states')
if (statesAt > 0) {
  await takeStates(process.argv[statesAt + 1])
  process.exit()
}
await mkdir(out, { recursive: true })
const cloud = await startLocalCloud({ empty: true })
const { origin, inbox } = cloud
const browser = await launchBrowser()
const open = async (options: BrowserContextOptions): Promise<Page> =>
  (await browser.newContext({ locale: 'en-GB', ...options })).newPage()
const picture = (page: Page, name: string) =>
  page.screenshot({ path: `${out}/${name}.png`, fullPage: true })

const wide = await open({ viewport: { width: 900, height: 900 } })
await wide.goto(`${origin}/en/`)
await picture(wide, 'sign-up')
await wide.fill('input[name=email]', email)
for (const id of ['newsletter', 'events', 'profiling']) await wide.check(`input[value=${id}]`)
await wide.click('button.main')

const confirm = await letterWith(inbox, /(http\S+\/s\/[\w-]+)/)
await wide.goto(confirm.link)
await wide.click('button.main')

const welcome = await letterWith(inbox, /(http\S+\/u\/[\w-]+)/)
const letter = await open({ viewport: { width: 640, height: 800 } })
await letter.setContent(welcome.body.html)
await picture(letter, 'welcome-letter')
const narrow = await open({ viewport: { width: 360, height: 800 }, colorScheme: 'dark' })
await narrow.goto(`${welcome.link}?lang=nb`)
await picture(narrow, 'unsubscribe-narrow-dark')

await fetch(`${origin}/api/links`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ email }),
})
const manage = await letterWith(inbox, /(http\S+\/preferences\/#t=[\w-]+)\s[\s\S]*30/)
await wide.goto('about:blank')
await wide.goto(manage.link)
await wide.click('button.main')
await wide.getByRole('switch').nth(1).click()
await wide.getByText('Undo').waitFor()
await picture(wide, 'preferences')
await browser.close()
await cloud.stop()
