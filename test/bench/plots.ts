import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { ExportCost } from './export-cost.ts'
import type { LoadStep } from './load.ts'

/** Writes the figures of the README as SVG, from what this run has measured. */
export function writePlots(
  directory: string,
  { exports, load }: { exports: readonly ExportCost[]; load: readonly LoadStep[] },
): void {
  mkdirSync(directory, { recursive: true })
  const write = (name: string, svg: string) => writeFileSync(join(directory, `${name}.svg`), svg)
  write('export-speed', exportSpeed(exports))
  write('export-memory', exportMemory(exports))
  write('load', latency(load))
}

const ink = '#1c1b19'
const colours = { domain: ['Assent', 'floor'], range: ['#0b5d57', '#a8a49c'], legend: false }

type Point = { of: string; contacts: number; value: number }

const points = (
  exports: readonly ExportCost[],
  value: (cost: ExportCost) => { subject: number; floor: number },
): Point[] =>
  exports.flatMap((cost) => [
    { of: 'Assent', contacts: cost.contacts, value: value(cost).subject },
    { of: 'floor', contacts: cost.contacts, value: value(cost).floor },
  ])

const exportSpeed = (exports: readonly ExportCost[]): string =>
  bySize(
    points(exports, ({ perSecond }) => perSecond),
    'Rows a second',
  )

const exportMemory = (exports: readonly ExportCost[]): string =>
  bySize(
    points(exports, ({ peakBytes: { subject, floor } }) => ({
      subject: subject / 1024 / 1024,
      floor: floor / 1024 / 1024,
    })),
    'Peak memory (MB)',
  )

function bySize(data: Point[], label: string): string {
  return drawn({
    x: { type: 'log', label: 'Contacts in the export', tickFormat: 's', ticks: 3 },
    y: { label, zero: true, grid: true },
    color: colours,
    marks: [
      Plot.ruleY([0]),
      Plot.line(data, { x: 'contacts', y: 'value', stroke: 'of', strokeWidth: 2 }),
      Plot.dot(data, { x: 'contacts', y: 'value', fill: 'of', r: 4 }),
      Plot.text(
        data,
        Plot.selectLast({ x: 'contacts', y: 'value', z: 'of', text: 'of', dy: -12, dx: -8 }),
      ),
    ],
  })
}

function latency(load: readonly LoadStep[]): string {
  const data = load.flatMap(({ offered, oneClick }) => [
    { offered, of: 'median', value: oneClick.median },
    { offered, of: '99 %', value: oneClick.p99 },
  ])
  return drawn({
    x: { label: 'Requests a second, one in ten of them a one-click' },
    y: { type: 'log', label: 'One-click answered after (ms)', grid: true, tickFormat: 'd' },
    color: { domain: ['median', '99 %'], range: ['#0b5d57', '#8f2d22'], legend: false },
    marks: [
      Plot.line(data, { x: 'offered', y: 'value', stroke: 'of', strokeWidth: 2 }),
      Plot.dot(data, { x: 'offered', y: 'value', fill: 'of', r: 4 }),
      Plot.text(
        data,
        Plot.selectLast({ x: 'offered', y: 'value', z: 'of', text: 'of', dy: -12, dx: -8 }),
      ),
    ],
  })
}

/** On a ground of its own, so that it reads on a dark page too. */
function drawn(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>')
  const svg = Plot.plot({
    document,
    width: 640,
    height: 360,
    marginLeft: 60,
    marginBottom: 45,
    marginRight: 30,
    style: { background: '#ffffff', color: ink, fontSize: '13px' },
    ...options,
  })
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${svg.outerHTML}\n`
}
