import { createRequire } from 'node:module'

/** The program of a fresh process: prints how many milliseconds loading one bundle took. */
const load = createRequire(import.meta.url)
const start = performance.now()
load(process.env.LAMBDA_MODULE ?? '')
console.log(performance.now() - start)
process.exit(0)
