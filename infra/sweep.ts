import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { defaultPort } from './local/ports.ts'
import { staffTokenFrom } from './local/staff-token.ts'

const usage = 'usage: npm run sweep [-- --dry-run] [--port <port>]'

const optionsSchema = v.object(
  {
    'dry-run': v.optional(v.boolean(), false),
    port: v.optional(
      v.pipe(v.string(), v.toNumber(usage), v.integer(usage), v.minValue(1, usage)),
      String(defaultPort),
    ),
  },
  usage,
)
const orderedSchema = v.object({ asked: v.string() })
const runsSchema = v.object({
  runs: v.array(
    v.object({
      mode: v.string(),
      startedAt: v.string(),
      finishedAt: v.optional(v.string()),
      counts: v.record(v.string(), v.number()),
    }),
  ),
})
const secondsPatient = 120

try {
  for (const [name, count] of Object.entries(await sweep()).sort()) console.log(`${name}  ${count}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** Has the running stack sweep now, as a colleague who answers for the data, and tells what it counted. */
async function sweep(): Promise<Record<string, number>> {
  const { values } = parseArgs({
    options: { 'dry-run': { type: 'boolean' }, port: { type: 'string' } },
  })
  const { port, 'dry-run': looks } = v.parse(optionsSchema, values)
  const mode = looks ? 'dry-run' : 'for-real'
  const url = `http://localhost:${port}/staff/retention`
  const headers = {
    authorization: `Bearer ${await staffTokenFrom(port, 'privacy')}`,
    'content-type': 'application/json',
  }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ mode }) })
  const { asked } = v.parse(orderedSchema, await answer.json())
  for (let second = 0; second < secondsPatient; second++) {
    const { runs } = v.parse(runsSchema, await (await fetch(url, { headers })).json())
    const run = runs.find((each) => each.mode === mode && (each.finishedAt ?? '') >= asked)
    if (run !== undefined) return run.counts
    await wait(1000)
  }
  throw new Error(
    `The sweep has not ended within ${secondsPatient} s; GET ${url} tells when it has.`,
  )
}
