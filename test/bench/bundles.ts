import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchCloud } from './bench-cloud.ts'
import { type Compared, compare } from './statistics.ts'

export type BundleCost = { name: string; bytes: Compared; importMs: Compared }

const program = fileURLToPath(new URL('./import-process.ts', import.meta.url))

/** How long a fresh process takes to load one bundle, against another floor than the client. */
export function measureImport(
  { fn, environment }: BenchCloud,
  name: string,
  { floorModule, rounds }: { floorModule: string; rounds: number },
): Compared {
  const { module } = fn(name)
  const load = (path: string) => loadMs(path, environment(name, 'direct'))
  return compare(
    Array.from({ length: rounds }, () => ({ floor: load(floorModule), subject: load(module) })),
  )
}

function loadMs(module: string, environment: Record<string, string>): number {
  const env = { ...environment, LAMBDA_MODULE: module }
  return Number(execFileSync(process.execPath, [program], { env, encoding: 'utf8' }))
}

/** Size of each bundle, and how long a process that has just started takes to load it. */
export function measureBundles(
  { deployment, environment }: BenchCloud,
  { floorModule, rounds }: { floorModule: string; rounds: number },
): BundleCost[] {
  const size = (module: string) => statSync(module).size
  const load = (name: string, module: string) => loadMs(module, environment(name, 'direct'))
  const times = deployment.functions.map((): { subject: number; floor: number }[] => [])
  for (let round = 0; round < rounds; round++) {
    deployment.functions.forEach(({ name, module }, index) => {
      times[index]?.push({ floor: load(name, floorModule), subject: load(name, module) })
    })
  }
  return deployment.functions.map(({ name, module }, index) => ({
    name,
    bytes: compare([{ subject: size(module), floor: size(floorModule) }]),
    importMs: compare(times[index] ?? []),
  }))
}
