import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundle } from '../../infra/bundle.ts'

describe('the one table of named characters that a bundle has', () => {
  const outDir = mkdtempSync(join(tmpdir(), 'assent-characters-'))
  afterAll(() => rmSync(outDir, { recursive: true }))

  const load = (name: string, alias?: Record<string, string>) => {
    bundle(
      { [name]: join(import.meta.dirname, '../../functions/campaign/markdown.ts') },
      outDir,
      alias,
    )
    const path = join(outDir, name, 'index.js')
    return createRequire(import.meta.url)(path) as { markdownText: (markdown: string) => string }
  }

  it('has Markdown read references as its own does', () => {
    const [ours, its] = [load('ours'), load('its', {})]
    const references =
      '&amp; &AMP; &copy; &oslash; &Aring; &NotEqualTilde; &CounterClockwiseContourIntegral; &fjlig; &#39; &#x1F30C; &#0; &#xD800; &#x110000; &#128; &amp &copy2 &nope; &; &#; &#x; \\&amp; `&amp;` [a&ouml;](https://x.example/?a=1&copy=2&amp;b)'
    expect(ours.markdownText(references)).toBe(its.markdownText(references))
    expect(ours.markdownText('&oslash;&Aring;&#x1F30C;')).toBe('øÅ🌌')
  })
})
