import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../../infra/bundle.ts'
import { type BenchCloud, startBenchCloud } from './bench-cloud.ts'
import { measureBundles } from './bundles.ts'
import { countCalls } from './call-counts.ts'
import { measureExport } from './export-cost.ts'
import { createMembers } from './members.ts'
import { measureActs, peopleNeeded } from './own-cpu.ts'
import { copyTables, createPeople } from './people.ts'
import { markdown, overBudget, type Row } from './report.ts'
import { actRows, bundleRows, callRow, exportRows } from './rows.ts'

/**
 * `npm run bench`: prints one table of what the functions cost against a floor measured in the same
 * run, and ends with status 1 when something is over its budget.
 */
const { values } = parseArgs({
  options: {
    /** About a minute, with wider spreads. */
    quick: { type: 'boolean', default: false },
    contacts: { type: 'string' },
    /** Also writes the table as JSON to this file. */
    json: { type: 'string' },
    /** Directory for CPU profiles of the functions and their floors. */
    profile: { type: 'string' },
  },
})

type Extent = {
  imports: number
  acts: { warmUp: number; rounds: number; calls: number }
  contacts: number
}
const extent: Extent = values.quick
  ? { imports: 7, acts: { warmUp: 400, rounds: 20, calls: 20 }, contacts: 10_000 }
  : { imports: 15, acts: { warmUp: 1000, rounds: 80, calls: 25 }, contacts: 200_000 }
const contacts = Number(values.contacts ?? extent.contacts)
if (!Number.isInteger(contacts) || contacts < 1) throw new RangeError('--contacts takes a number')

const floors = mkdtempSync(join(tmpdir(), 'assent-floors-'))
const floor = (name: string) => join(floors, name, 'index.js')
bundle(
  {
    client: 'test/support/floor-handler.ts',
    handler: 'test/bench/bare-handler.ts',
    reader: 'test/bench/bare-reader.ts',
  },
  floors,
  {},
)

/** Each phase with its name, since the whole takes minutes. */
const phases: [string, (cloud: BenchCloud) => Promise<Row[]> | Row[]][] = [
  [
    'bundles',
    (cloud) =>
      measureBundles(cloud, { floorModule: floor('client'), rounds: extent.imports }).flatMap(
        bundleRows,
      ),
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
  ['calls', async (cloud) => (await countCalls(cloud)).map(callRow)],
  [
    'export',
    async (cloud) => {
      await createMembers(cloud, contacts)
      return exportRows(await measureExport(cloud, { contacts, floorModule: floor('reader') }))
    },
  ],
]

const rows: Row[] = []
const cloud = await startBenchCloud()
try {
  for (const [name, measure] of phases) {
    const start = performance.now()
    rows.push(...(await measure(cloud)))
    console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  }
} finally {
  await cloud.stop()
}
rmSync(floors, { recursive: true })

console.log(markdown(rows))
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
if (overBudget(rows).length > 0) process.exitCode = 1
