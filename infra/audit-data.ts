import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { auditData } from './audit/audit.ts'
import { findInstallation, localClients, stageClients } from './audit/installation.ts'
import { reportText } from './audit/report-text.ts'
import { defaultPort } from './local/ports.ts'
import { readPlace } from './settings.ts'

const usage = `usage: npm run audit-data [-- --port <port> | --stage <stage> [--region <region>]] [--json]`

const optionsSchema = v.pipe(
  v.object({
    port: v.optional(v.pipe(v.string(), v.toNumber(usage), v.integer(usage), v.minValue(1, usage))),
    stage: v.optional(v.string()),
    region: v.optional(v.string()),
    json: v.optional(v.boolean(), false),
  }),
  v.check(({ port, stage }) => port === undefined || stage === undefined, usage),
)

try {
  await main()
} catch (error) {
  // What a parser or the database says of an item may repeat what is in it (SEC-14).
  console.error(`The audit could not be done. ${error instanceof Error ? reasonOf(error) : ''}`)
  process.exitCode = 2
}

async function main(): Promise<void> {
  const { port, stage, region, json } = v.parse(optionsSchema, readArguments())
  const context = new Map(Object.entries({ stage: stage ?? 'local', region }))
  const settings = readPlace({ tryGetContext: (key) => context.get(key) })
  const clients =
    stage === undefined
      ? localClients(port ?? defaultPort, settings.region)
      : stageClients(settings.region)
  const report = await auditData(await findInstallation(clients, settings), {
    clock: () => new Date(),
  })
  console.log(json ? JSON.stringify(report, null, 2) : reportText(report))
  if (!report.clean) process.exitCode = 1
}

function readArguments() {
  const text = { type: 'string' } as const
  const options = { port: text, stage: text, region: text, json: { type: 'boolean' } } as const
  return parseArgs({ options }).values
}

function reasonOf(error: Error): string {
  const refused = /ECONNREFUSED/.test(`${error.message} ${String(Reflect.get(error, 'code'))}`)
  if (refused) return 'Nothing answers there: start it with npm start, or name its --port.'
  return error.message
}
