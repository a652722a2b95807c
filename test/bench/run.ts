import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../../infra/bundle.ts'
import { type BenchCloud, startBenchCloud } from './bench-cloud.ts'
import { measureBundles, measureImport } from './bundles.ts'
import { countCalls } from './call-counts.ts'
import { measureCampaign, measureCompose } from './campaign.ts'
import { type ExportCost, measureExport } from './export-cost.ts'
import { measurePixel, measureRecording, pixelAct } from './hits.ts'
import { type LoadStep, measureLoad } from './load.ts'
import { createMembers } from './members.ts'
import { measureAct, measureActs, peopleNeeded } from './own-cpu.ts'
import { measurePage } from './page-speed.ts'
import { copyTables, createPeople } from './people.ts'
import { writePlots } from './plots.ts'
import { markdown, overBudget, type Row } from './report.ts'
import { countErasures, measureCopies } from './rights.ts'
import {
  actRows,
  bundleRows,
  callRow,
  campaignRows,
  composeRow,
  copyRows,
  erasureRow,
  exportRows,
  loadRows,
  pageRow,
  pixelRows,
  recordingRows,
  tokenRow,
  trackingImportRow,
} from './rows.ts'
import { measureTokens } from './tokens.ts'

/**
 * `npm run bench`: prints one table of what the functions cost against a floor measured in the same
 * run, and ends with status 1 when something is over its budget.
 */
const { values } = parseArgs({
  options: {
    /** About a minute, with wider spreads. */
    quick: { type: 'boolean', default: false },
    /** Phases to run instead of all, such as `bundles,hits`. */
    only: { type: 'string' },
    /** Sizes of the exports, smallest first, such as `10000,100000`. */
    contacts: { type: 'string' },
    /** Directory for the plots. */
    plots: { type: 'string' },
    /** Also writes the table as JSON to this file. */
    json: { type: 'string' },
    /** Directory for CPU profiles of the functions and their floors. */
    profile: { type: 'string' },
  },
})

type Extent = {
  imports: number
  acts: { warmUp: number; rounds: number; calls: number }
  tokens: { rounds: number; calls: number }
  load: { rates: readonly number[]; seconds: number }
  /** Entries in the ledger of the person whose copy is made. */
  history: number
  page: { rounds: number }
  /** Readers of campaigns, smallest first. */
  readers: readonly number[]
  contacts: readonly number[]
}
const extent: Extent = values.quick
  ? {
      imports: 7,
      acts: { warmUp: 400, rounds: 20, calls: 20 },
      tokens: { rounds: 20, calls: 2000 },
      load: { rates: [20, 40, 80], seconds: 3 },
      history: 1000,
      page: { rounds: 3 },
      readers: [2000],
      contacts: [10_000],
    }
  : {
      imports: 15,
      acts: { warmUp: 1000, rounds: 80, calls: 25 },
      tokens: { rounds: 40, calls: 5000 },
      load: { rates: [20, 40, 80, 120, 160, 200, 250, 300, 400], seconds: 8 },
      history: 10_000,
      page: { rounds: 9 },
      readers: [2000, 10_000],
      contacts: [10_000, 100_000, 1_000_000],
    }
const contacts = values.contacts?.split(',').map(Number) ?? extent.contacts
if (!contacts.every((count) => Number.isInteger(count) && count > 0)) {
  throw new RangeError('--contacts takes numbers')
}

const floors = mkdtempSync(join(tmpdir(), 'assent-floors-'))
const floor = (name: string) => join(floors, name, 'index.js')
bundle(
  {
    client: 'test/support/floor-handler.ts',
    handler: 'test/bench/bare-handler.ts',
    pixel: 'test/bench/bare-pixel.ts',
    reader: 'test/bench/bare-reader.ts',
    sender: 'test/bench/bare-sender.ts',
  },
  floors,
  {},
)

/** A thousand and a few of whom each fetches one pixel, and as many fetches as there are acts. */
const fetching = 1002

const exports: ExportCost[] = []

/** Each phase with its name, since the whole takes minutes. */
const phases: [string, (cloud: BenchCloud) => Promise<Row[]> | Row[]][] = [
  [
    'bundles',
    (cloud) => {
      const rounds = extent.imports
      const sending = { floorModule: floor('sender'), rounds }
      return [
        ...measureBundles(cloud, { floorModule: floor('client'), rounds }).flatMap(bundleRows),
        trackingImportRow(measureImport(cloud, 'tracking', sending)),
      ]
    },
  ],
  [
    'acts',
    async (cloud) => {
      const { profile } = values
      const options = { ...extent.acts, floorModule: floor('handler'), profile }
      const people = await createPeople(cloud, { count: peopleNeeded(options) })
      await copyTables(cloud)
      return (await measureActs(cloud, people, options)).flatMap(actRows)
    },
  ],
  [
    'hits',
    async (cloud) => {
      const options = { ...extent.acts, floorModule: floor('handler') }
      const people = await createPeople(cloud, { from: 8_000_000, count: fetching })
      const fetches = Array.from(
        { length: peopleNeeded(options) },
        (_, index) => people[index % people.length] ?? people[0],
      ).filter((person) => person !== undefined)
      const pixel = pixelAct(cloud)
      const sent = await measureAct(cloud, pixel, await pixel.events(fetches), options)
      const against = (name: string) =>
        measurePixel(cloud, people, { ...options, floorModule: floor(name) })
      const [bare, sending] = [await against('pixel'), await against('sender')]
      const recorded = await measureRecording(cloud, people)
      return [
        ...actRows(sent),
        ...pixelRows(bare, 'keeps nothing'),
        ...pixelRows(sending, 'sends the same'),
        ...recordingRows(sending, recorded),
      ]
    },
  ],
  [
    'campaign',
    async (cloud) => {
      const rows = [composeRow(await measureCompose(cloud, extent.tokens))]
      // Those who fetched read it, too.
      let readers = fetching
      for (const count of extent.readers) {
        await createPeople(cloud, { from: 8_500_000 + readers, count: count - readers })
        readers = count
        rows.push(...campaignRows(await measureCampaign(cloud)))
      }
      return rows
    },
  ],
  ['tokens', async (cloud) => (await measureTokens(cloud, extent.tokens)).map(tokenRow)],
  [
    'rights',
    async (cloud) => [
      ...copyRows(await measureCopies(cloud, [10, extent.history])),
      erasureRow(await countErasures(cloud, [0, 100, 1000])),
    ],
  ],
  ['calls', async (cloud) => (await countCalls(cloud)).map(callRow)],
  [
    'exports',
    async (cloud) => {
      for (const [index, count] of contacts.entries()) {
        await createMembers(cloud, { from: contacts[index - 1] ?? 0, count })
        const options = { contacts: count, floorModule: floor('reader') }
        exports.push(await measureExport(cloud, options))
      }
      return exports.flatMap(exportRows)
    },
  ],
]

const wanted = values.only?.split(',')
const known = [...phases.map(([name]) => name), 'page', 'load']
if (wanted?.some((name) => !known.includes(name))) {
  throw new RangeError(`--only takes of ${known.join(', ')}`)
}

const rows: Row[] = []
const timed = async (name: string, measure: () => Promise<Row[]> | Row[]) => {
  if (wanted?.includes(name) === false) return
  const start = performance.now()
  rows.push(...(await measure()))
  console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
}
const cloud = await startBenchCloud()
try {
  for (const [name, measure] of phases) await timed(name, () => measure(cloud))
} finally {
  await cloud.stop()
}
rmSync(floors, { recursive: true })

await timed('page', async () => [pageRow(await measurePage(extent.page))])

let load: LoadStep[] = []
await timed('load', async () => {
  load = await measureLoad(extent.load)
  return loadRows(load)
})

console.log(markdown(rows))
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
if (values.plots !== undefined) writePlots(values.plots, { exports, load })
if (overBudget(rows).length > 0) process.exitCode = 1
