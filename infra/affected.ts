import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { affectedBy, leakOf } from './audit/affected.ts'
import { findInstallation, localClients, stageClients } from './audit/installation.ts'
import { defaultPort } from './local/ports.ts'
import { readPlace } from './settings.ts'

const usage = `usage: npm run affected -- --export ID | --key PURPOSE/ID | --campaign ID
  [--port <port> | --stage <stage> [--region <region>]] [--json]`

try {
  await main()
} catch (error) {
  console.error(
    `Who is affected could not be found out. ${error instanceof Error ? error.message : ''}`,
  )
  process.exitCode = 2
}

async function main(): Promise<void> {
  const { port, stage, region, json, ...named } = readArguments()
  const leak = leakOf(named)
  if (leak === undefined) throw new Error(usage)
  const context = new Map(Object.entries({ stage: stage ?? 'local', region }))
  const settings = readPlace({ tryGetContext: (key) => context.get(key) })
  const at = v.parse(v.optional(v.pipe(v.string(), v.toNumber(usage), v.integer(usage))), port)
  const clients =
    stage === undefined
      ? localClients(at ?? defaultPort, settings.region)
      : stageClients(settings.region)
  const affected = await affectedBy(await findInstallation(clients, settings), leak, new Date())
  if (json) return console.log(JSON.stringify(affected, null, 2))
  const { data, people } = affected
  console.log(`people: ${people.length}\ndata: ${data.join(', ') || 'none'}`)
  for (const person of people) console.log(person)
}

function readArguments() {
  const text = { type: 'string' } as const
  const options = {
    export: text,
    key: text,
    campaign: text,
    port: text,
    stage: text,
    region: text,
    json: { type: 'boolean' },
  } as const
  return parseArgs({ options }).values
}
