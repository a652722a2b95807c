import type { BundleCost } from './bundles.ts'
import type { CallCount } from './call-counts.ts'
import type { ExportCost } from './export-cost.ts'
import type { ActCost } from './own-cpu.ts'
import type { Row } from './report.ts'
import type { Compared } from './statistics.ts'

const mostTimesFloor = 1.5
const mostExportBytes = 256 * 1024 * 1024

const against = ({ ratio }: Compared) => ({
  ratio,
  budget: `${mostTimesFloor}×`,
  within: ratio <= mostTimesFloor,
})

/** Without the stage that all of them share. */
const short = (name: string) => name.replace(/^assent-local-/, '')

export function bundleRows({ name, bytes, importMs }: BundleCost): Row[] {
  const kilobytes = (count: number) => `${Math.round(count / 1000)} kB`
  const ms = (count: number) => `${count.toFixed(1)} ms`
  return [
    {
      what: `${short(name)}: size`,
      measured: kilobytes(bytes.subject),
      floor: kilobytes(bytes.floor),
      ...against(bytes),
    },
    {
      what: `${short(name)}: import`,
      measured: ms(importMs.subject),
      floor: ms(importMs.floor),
      spread: importMs.spread,
      ...against(importMs),
    },
  ]
}

export function actRows({ act, cpu, calls, keyLoads }: ActCost): Row[] {
  const microseconds = (count: number) => `${Math.round(count)} µs`
  const made = Object.values(calls).reduce((sum, count) => sum + count, 0)
  return [
    {
      what: `${act.name}: own CPU`,
      measured: microseconds(cpu.subject),
      floor: microseconds(cpu.floor),
      spread: cpu.spread,
      ...against(cpu),
    },
    {
      what: `${act.name}: AWS calls`,
      measured: `${inWords(calls)} (first: + ${keyLoads} for keys)`,
      budget: String(act.calls),
      within: made === act.calls,
    },
  ]
}

export function callRow({ name, calls }: CallCount): Row {
  return { what: `${name}: AWS calls`, measured: inWords(calls) }
}

const inWords = (calls: Record<string, number>) =>
  Object.entries(calls)
    .map(([action, count]) => `${count} ${action}`)
    .join(', ')

export function exportRows({ contacts, perSecond, peakBytes, cpu }: ExportCost): Row[] {
  const of = `export of ${contacts.toLocaleString('en')}`
  const rows = (count: number) => `${Math.round(count).toLocaleString('en')} rows/s`
  const megabytes = (count: number) => `${Math.round(count / 1024 / 1024)} MB`
  const microseconds = (count: number) => `${count.toFixed(0)} µs`
  return [
    {
      what: `${of}: speed`,
      measured: rows(perSecond.subject),
      floor: rows(perSecond.floor),
      ratio: perSecond.subject / perSecond.floor,
    },
    {
      what: `${of}: own CPU a row`,
      measured: microseconds(cpu.subject),
      floor: microseconds(cpu.floor),
      ratio: cpu.subject / cpu.floor,
    },
    {
      what: `${of}: peak memory`,
      measured: megabytes(peakBytes.subject),
      floor: megabytes(peakBytes.floor),
      budget: megabytes(mostExportBytes),
      within: peakBytes.subject <= mostExportBytes,
    },
  ]
}
