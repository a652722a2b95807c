import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, buildSync } from 'esbuild'
import { transform } from 'lightningcss'
import { policy } from '../policy.ts'
import { writtenLanguages } from './locales/locales.ts'
import { noticePage } from './notice/notice-page.ts'
import { preferencesDocument } from './preferences/preferences-document.ts'
import { preferencesStyle } from './preferences/style.ts'
import { pathIn } from './shared/page.ts'
import { publicPart } from './shared/public-policy.ts'
import { styleSheet } from './shared/style.ts'
import { theme } from './shared/theme.ts'
import { signUpPage } from './sign-up/sign-up-page.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** Writes the static site: every file from the policy, names hashed, the same bytes every time. */
export function buildSite(outDir = '.build/web'): void {
  const unwritten = policy.languages.filter((language) => !writtenLanguages().includes(language))
  if (unwritten.length > 0) throw new Error(`web/locales has no texts in ${unwritten.join(', ')}`)
  rmSync(outDir, { recursive: true, force: true })
  for (const [path, content] of Object.entries(files())) {
    const file = join(outDir, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

/** Path in the site → content. */
function files(): Record<string, string> {
  const style = asset('style.css', minified(styleSheet(policy.branding) + preferencesStyle))
  const signUp = asset('sign-up.js', bundled({ entryPoints: [join(here, 'sign-up/sign-up.ts')] }))
  const preferences = asset('preferences.js', bundled({ stdin: preferencesEntry() }))
  const pages = policy.languages.flatMap((language) => {
    const place = (path: string): string => `${pathIn(policy, language, path).slice(1)}index.html`
    const assets = (script: Asset) => ({ style: `/${style.path}`, script: `/${script.path}` })
    return [
      [place('/'), signUpPage({ policy, language, assets: assets(signUp) })],
      [
        place('/preferences/'),
        preferencesDocument({ policy, language, assets: assets(preferences) }),
      ],
      [place('/notice/'), noticePage({ policy, language, assets: { style: `/${style.path}` } })],
    ]
  })
  return {
    ...Object.fromEntries([style, signUp, preferences].map(({ path, text }) => [path, text])),
    ...Object.fromEntries(pages),
    'mark.svg': mark(),
    '.well-known/gpc.json': globalPrivacyControl(),
  }
}

type Asset = { readonly path: string; readonly text: string }

function asset(name: string, text: string): Asset {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { path: `assets/${name.replace('.', `-${hash}.`)}`, text }
}

function minified(css: string): string {
  const { code } = transform({ filename: 'style.css', code: Buffer.from(css), minify: true })
  return Buffer.from(code).toString('utf8')
}

/** The page's script with the public part of the policy in it: one request less, and no inline data. */
function preferencesEntry() {
  const contents = `import { openPreferencePage } from './preferences/preference-page.ts'
const root = document.querySelector('.page')
if (root !== null) openPreferencePage(${JSON.stringify(publicPart(policy))}, root)`
  return { contents, resolveDir: here, sourcefile: 'entry.ts' }
}

function bundled(of: Pick<BuildOptions, 'entryPoints' | 'stdin'>): string {
  const { outputFiles } = buildSync({
    ...of,
    bundle: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'safari16'],
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}

/** The brand's dot, in its colours. */
function mark(): string {
  const { light, dark } = theme(policy.branding.accent)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><style>circle{fill:${light.accent}}@media (prefers-color-scheme:dark){circle{fill:${dark.accent}}}</style><circle cx="8" cy="8" r="7"/></svg>\n`
}

/** GPC-02. */
function globalPrivacyControl(): string {
  return `${JSON.stringify({ gpc: true, lastUpdate: policy.notice.date })}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildSite()
