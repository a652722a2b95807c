import type { BundleCost } from './bundles.ts'
import type { CallCount } from './call-counts.ts'
import type { CampaignCost } from './campaign.ts'
import type { ExportCost } from './export-cost.ts'
import type { PixelCost, RecordingCost } from './hits.ts'
import type { LoadStep } from './load.ts'
import type { ActCost } from './own-cpu.ts'
import type { Row } from './report.ts'
import type { CopyCost, ErasureCost } from './rights.ts'
import type { Compared } from './statistics.ts'
import type { TokenCost } from './tokens.ts'

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

export function tokenRow({ name, cpu }: TokenCost): Row {
  const microseconds = (count: number) => `${count.toFixed(1)} µs`
  return {
    what: `${name}: CPU, against a JWT`,
    measured: microseconds(cpu.subject),
    floor: microseconds(cpu.floor),
    spread: cpu.spread,
    ratio: cpu.ratio,
    budget: '1×',
    within: cpu.ratio <= 1,
  }
}

/** How one-click fares without a load, and in the last step that was served in full. */
export function loadRows(steps: readonly LoadStep[]): Row[] {
  const held = steps.filter(({ offered, served }) => served >= 0.9 * offered)
  const shown = [held[0], held.at(-1)].filter((step) => step !== undefined)
  return shown.map(({ offered, oneClick, failed }) => ({
    what: `one-click in a mixed load of ${offered} requests/s: median, 99 %`,
    measured: `${oneClick.median} ms, ${oneClick.p99} ms`,
    budget: 'none fails',
    within: failed === 0,
  }))
}

/** The floor of a large copy is a small one: what is held must not decide how much memory it takes. */
export function copyRows(costs: readonly CopyCost[]): Row[] {
  const [few, many] = [costs[0], costs.at(-1)]
  if (few === undefined || many === undefined) return []
  const megabytes = (count: number) => `${Math.round(count / 1024 / 1024)} MB`
  const of = `access copy of ${many.events.toLocaleString('en')} entries, against ${few.events}`
  const ratio = many.peakBytes / few.peakBytes
  return [
    {
      what: `${of}: time`,
      measured: `${many.seconds.toFixed(1)} s`,
      floor: `${few.seconds.toFixed(1)} s`,
    },
    {
      what: `${of}: peak memory`,
      measured: megabytes(many.peakBytes),
      floor: megabytes(few.peakBytes),
      ratio,
      budget: '2×',
      within: ratio <= 2,
    },
  ]
}

export function erasureRow(costs: readonly ErasureCost[]): Row {
  const said = costs.map(({ items, calls }) => `${items}: ${calls}`)
  return { what: 'erasure: AWS calls, by small items held', measured: said.join(', ') }
}

export function pageRow({ subject, floor, ratio, spread }: Compared): Row {
  const ms = (count: number) => `${Math.round(count)} ms`
  return {
    what: 'preference page until its first switch, slow phone and 4G, against a page of one line',
    measured: ms(subject),
    floor: ms(floor),
    ratio,
    spread,
  }
}

/** More than a bare handler is the price of routes, keys, an answer that is always the same, and a log. */
const mostOfABareImport = 4

export function trackingImportRow({ subject, floor, ratio, spread }: Compared): Row {
  return {
    what: 'tracking: import, against a bare handler that sends the same',
    measured: `${subject.toFixed(1)} ms`,
    floor: `${floor.toFixed(1)} ms`,
    ratio,
    spread,
    budget: `${mostOfABareImport}×`,
    within: ratio <= mostOfABareImport,
  }
}

/** @param floor what the bare handler does besides answering the same picture. */
export function pixelRows({ cpu, perSecond }: PixelCost, floor: string): Row[] {
  const each = (count: number) => `${Math.round(count).toLocaleString('en')}/s`
  return [
    {
      what: `pixel: own CPU, against a bare handler that ${floor}`,
      measured: `${Math.round(cpu.subject)} µs`,
      floor: `${Math.round(cpu.floor)} µs`,
      spread: cpu.spread,
      ratio: cpu.ratio,
    },
    {
      what: `pixel: hits one process answers, against one that ${floor}`,
      measured: each(perSecond.subject),
      floor: each(perSecond.floor),
      ratio: perSecond.subject / perSecond.floor,
    },
  ]
}

/** The goal is for a hit that is kept: answering it, queueing it and recording it. */
const mostMicrosecondsOfAHit = 300

export function recordingRows(
  { cpu }: Pick<PixelCost, 'cpu'>,
  costs: readonly RecordingCost[],
): Row[] {
  return costs.flatMap(({ messages, writes, calls, cpu: recorded }): Row[] => {
    const of = `record-hits: 1,000 hits of ${messages.toLocaleString('en')} messages`
    return [
      { what: `${of}: items written, AWS calls`, measured: `${writes}, ${calls}` },
      {
        what: `${of}: own CPU of a hit, answered and recorded`,
        measured: `${Math.round(cpu.subject + recorded)} µs`,
        budget: `goal ${mostMicrosecondsOfAHit} µs`,
      },
    ]
  })
}

export function composeRow({ subject, floor, ratio, spread }: Compared): Row {
  return {
    what: 'one recipient’s mail with eight links: CPU, against filling the same templates',
    measured: `${subject.toFixed(0)} µs`,
    floor: `${floor.toFixed(0)} µs`,
    ratio,
    spread,
  }
}

/** From 2,000 recipients on; fewer share what each shard costs. */
const mostCallsEach = 0.25

export function campaignRows({ recipients, perSecond, callsEach, peakBytes }: CampaignCost): Row[] {
  const of = `campaign to ${recipients.toLocaleString('en')}`
  const megabytes = (count: number) => `${Math.round(count / 1024 / 1024)} MB`
  return [
    {
      what: `${of}: recipients one planner and one sender serve`,
      measured: `${Math.round(perSecond).toLocaleString('en')}/s`,
    },
    {
      what: `${of}: AWS calls a recipient`,
      measured: callsEach.toFixed(2),
      budget: String(mostCallsEach),
      within: callsEach <= mostCallsEach,
    },
    {
      what: `${of}: peak memory of plan-campaign, send-batch`,
      measured: `${megabytes(peakBytes.plan)}, ${megabytes(peakBytes.send)}`,
    },
  ]
}
