import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import packed, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/**
 * Chromium from npm alone, unpacked once into `.build/browser`. It keeps the browser's own rules on
 * (same origin, CSP, one process per page), and has only the fonts that came along, so that a page
 * looks the same on every machine.
 */
export async function launchBrowser(): Promise<Browser> {
  const home = await unpacked(resolve('.build/browser'))
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    args: ['--no-sandbox', '--font-render-hinting=none', '--disable-gpu'],
    env: {
      ...process.env,
      HOME: home,
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
      ...libraries(home),
    },
  })
}

/** Unpacks beside the target and renames, so that two test runs never see half a browser. */
async function unpacked(home: string): Promise<string> {
  if (existsSync(home)) return home
  await mkdir(dirname(home), { recursive: true })
  const fresh = await mkdtemp(`${home}-`)
  await unpackInto(fresh)
  await writeFile(join(fresh, 'fonts.conf'), fontConfiguration(home))
  await rename(fresh, home).catch(async (cause: unknown) => {
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(home)) throw new Error('Chromium could not be unpacked', { cause })
  })
  return home
}

/** The package unpacks into the directory for temporary files, wherever that is. */
async function unpackInto(dir: string): Promise<void> {
  const before = process.env.TMPDIR
  process.env.TMPDIR = dir
  const bin = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin')
  await packed.executablePath()
  await inflate(join(bin, 'al2023.tar.br'))
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
}

function fontConfiguration(home: string): string {
  const dir = join(home, 'fonts')
  const cache = join(home, 'font-cache')
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${dir}</dir><cachedir>${cache}</cachedir></fontconfig>\n`
}

/** The libraries that came along are used only where the machine lacks one. */
function libraries(home: string): Record<string, string> {
  const listed = execFileSync('ldd', [join(home, 'chromium')], { encoding: 'utf8' })
  return listed.includes('not found') ? { LD_LIBRARY_PATH: join(home, 'al2023', 'lib') } : {}
}
