import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { policy } from '../../policy.ts'
import { buildSite } from '../../web/build.ts'
import { mainOf } from '../../web/preferences/view.ts'
import { page } from '../../web/shared/page.ts'
import { languagesOf } from '../../web/shared/static-page.ts'
import { documents } from '../unit/web/documents.ts'
import { launchBrowser } from './browser.ts'
import { states } from './page-states.ts'

const screens = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [320, 1280].map((width) => ({ colorScheme, width })),
)

/**
 * `npm run pictures -- --states [word]`: every state of every page, in both languages, light and dark,
 * at 320 and 1280 px, as sheets in `.build/states` to be looked at; none of them is kept.
 */
export async function takeStates(word = ''): Promise<void> {
  const out = '.build/states'
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  buildSite(join(out, 'site'))
  const assets = join(out, 'site/assets')
  const style = (await readdir(assets)).find((name) => name.endsWith('.css')) ?? ''
  const css = `<style>${await readFile(join(assets, style), 'utf8')}</style>`
  const pages: [string, (language: string) => string | Promise<string>][] = [
    ...Object.entries(states).map(([name, view]): [string, (language: string) => string] => [
      `page ${name}`,
      (language) => {
        const languages = languagesOf(policy, '/preferences/')
        const main = mainOf({ policy, language }, view)
        return page({ policy, language, title: name, main, languages })
      },
    ]),
    ...Object.entries(documents),
    ...['', 'notice/'].map((path): [string, (language: string) => Promise<string>] => [
      `static ${path}`,
      (language) =>
        readFile(join(out, 'site', language === 'nb' ? '' : language, path, 'index.html'), 'utf8'),
    ]),
  ]
  const browser = await launchBrowser()
  for (const [name, render] of pages.filter(([each]) => each.includes(word))) {
    for (const language of policy.languages) {
      const markup = (await render(language)).replace('</head>', `${css}</head>`)
      for (const { colorScheme, width } of screens) {
        const shown = await browser.newPage({ colorScheme, viewport: { width, height: 600 } })
        await shown.setContent(markup)
        const file = `${name.replaceAll(/[^a-z]+/gi, '-')}-${language}-${width}-${colorScheme}.png`
        await shown.screenshot({ path: join(out, file), fullPage: true })
        await shown.close()
      }
    }
  }
  await browser.close()
}
