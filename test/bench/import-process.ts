import { createRequire } from 'node:module'

/**
 * The program of a fresh process: prints how many milliseconds of CPU loading one bundle took. On a
 * machine that does nothing else that is the time it takes, and on any other it still is.
 */
const load = createRequire(import.meta.url)
const before = process.cpuUsage()
load(process.env.LAMBDA_MODULE ?? '')
const { user, system } = process.cpuUsage(before)
console.log((user + system) / 1000)
process.exit(0)
