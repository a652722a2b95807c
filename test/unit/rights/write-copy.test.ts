import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { evidenceSchema } from '../../../functions/consent/ledger.ts'
import { addressSchema } from '../../../functions/contact/address.ts'
import { type CopySection, columns, rowOf } from '../../../functions/rights/copy/copy-section.ts'
import { writeCopy } from '../../../functions/rights/copy/write-copy.ts'
import { policy } from '../../../policy.ts'
import { copyTextsIn } from '../../../web/locales/copy-texts.ts'
import { memoryFiles } from '../../support/memory-files.ts'

const now = new Date('2026-11-24T18:00:00.000Z')
const email = v.parse(addressSchema, 'kari@example.org')
const contact = {
  contactId: '00000000-0000-4000-8000-000000000001',
  sealed: new Uint8Array(),
  addressKey: 'A#1#x',
  language: 'nb',
  choices: {},
  restricted: false,
  generation: 0,
  revision: 1,
  key: { owner: 'C#1', bytes: new Uint8Array(32) },
  identity: { email },
}

function history(count: number): CopySection {
  return {
    id: 'history',
    art20: false,
    columns: [...columns('word', 'act'), ...columns('time', 'at'), ...columns('text', 'form')],
    rows: Array.from({ length: count }, (_, nth) =>
      rowOf({ act: 'confirm', at: now, form: `<b>${nth}</b> ${Math.sin(nth)} ${Math.cos(nth)}` }),
    ),
  }
}

async function written(sections: CopySection[], limit?: number): Promise<Map<string, string>> {
  const files = memoryFiles()
  const job = { policy, contact, sections, requestId: 'r', now, files, folder: 'c/r/' }
  await writeCopy({ ...job, ...(limit === undefined ? {} : { limit }) })
  return new Map(
    [...files.held].map(([key, body]) => [key.slice('c/r/'.length), gunzipSync(body).toString()]),
  )
}

describe('a copy that does not fit one file', () => {
  it('RIGHT-07: goes on in further ones, each of them whole, with every row once', async () => {
    const files = await written([history(5000)], 20_000)
    const ofKind = (ending: string) => [...files.keys()].filter((name) => name.endsWith(ending))
    expect(ofKind('.json').length).toBeGreaterThan(2)
    const documents = ofKind('.json').map((name) => JSON.parse(files.get(name) ?? ''))
    const rows = documents.flatMap(({ sections }) =>
      sections.flatMap((each: { rows: unknown[] }) => each.rows),
    )
    expect(rows).toHaveLength(5000)
    expect(documents.map(({ continues }) => continues)).toEqual(
      documents.map((_, index) => index < documents.length - 1),
    )
    const tables = ofKind('.csv').flatMap((name) => parse(files.get(name) ?? '').slice(1))
    expect(tables).toHaveLength(5000)
    const pages = ofKind('.html').map((name) => files.get(name) ?? '')
    expect(pages.length).toBeGreaterThan(2)
    for (const page of pages) expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
    expect(pages[0]).toContain('href="?file=copy-2.html"')
    expect(pages.at(-1)).toContain('href="?file=copy.json"')
    expect(pages.join('').match(/<li class="row"><div><h3>Bekreftelse/g)).toHaveLength(5000)
  })

  it('SEC-11: writes what somebody typed as text, in every format', async () => {
    const files = await written([
      { ...history(1), rows: [rowOf({ act: '=cmd()', form: '<script>' })] },
    ])
    expect(files.get('copy.html')).toContain('&lt;script&gt;')
    expect(files.get('copy.html')).not.toContain('<script')
    expect(files.get('history.csv')).toContain("'=cmd()")
  })

  it('says so where nothing is held, rather than leaving it out', async () => {
    const files = await written([history(0)])
    expect(files.get('copy.html')).toContain('Ingenting.')
    expect(files.get('history.csv')).toBe('act,at,form\r\n')
  })
})

describe.each(policy.languages)('the words of the copy in %s', (language) => {
  it('RIGHT-06: name every field of evidence and every kind of retention', () => {
    const texts = copyTextsIn(language)
    expect(Object.keys(texts.columns)).toEqual(
      expect.arrayContaining(Object.keys(evidenceSchema.entries)),
    )
    expect(Object.keys(texts.retention.kinds)).toEqual(
      expect.arrayContaining(Object.keys(policy.retention)),
    )
  })
})
