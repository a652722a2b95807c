import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { reasonOf } from './audit/asked-installation.ts'
import { findInstallation, localClients, stageClients } from './audit/installation.ts'
import { defaultPort } from './local/ports.ts'
import { beginRestore, type Report, type RestoreDesk, replay } from './restore/replay.ts'
import { readPlace, restorePath } from './settings.ts'

const usage = `usage: npm run restore -- <step> [--port <port> | --stage <stage> [--region <region>]]
  begin               shuts everything but the links that turn off; do this first
  replay [--whole]    after the copy is in place: opt-outs and erasures hold again, then it opens
                      --whole goes by the ledger, where the journal cannot be read`

/** The gate is read every half minute and trusted for five, and the longest work takes five more. */
const settleMs = { local: 36_000, stage: 11 * 60_000 }

const optionsSchema = v.pipe(
  v.object({
    step: v.picklist(['begin', 'replay'], usage),
    port: v.optional(v.pipe(v.string(), v.toNumber(usage), v.integer(usage), v.minValue(1, usage))),
    stage: v.optional(v.string()),
    region: v.optional(v.string()),
    whole: v.optional(v.boolean(), false),
  }),
  v.check(({ port, stage }) => port === undefined || stage === undefined, usage),
)

try {
  await main()
} catch (error) {
  console.error(reasonOf(error))
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { step, whole, ...place } = readOptions()
  const desk = await deskOf(place)
  if (step === 'begin') {
    const { kind, wanted, quietAt } = await beginRestore(desk)
    console.log(
      `${kind === 'begun' ? 'begun' : 'begun before'}: generation ${wanted.generation} is wanted, everything stands still by ${quietAt.toISOString()}`,
    )
    return
  }
  await replay(desk, { whole, tell: (report) => console.log(textOf(report)) })
  console.log('the table is open')
}

function readOptions() {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: text, stage: text, region: text, whole: { type: 'boolean' } },
  })
  const [step, ...others] = positionals
  if (others.length > 0) throw new Error(usage)
  return v.parse(optionsSchema, { ...values, step })
}

async function deskOf({
  port,
  stage,
  region,
}: {
  port?: number | undefined
  stage?: string | undefined
  region?: string | undefined
}): Promise<RestoreDesk> {
  const context = new Map(Object.entries({ stage: stage ?? 'local', region }))
  const settings = readPlace({ tryGetContext: (key) => context.get(key) })
  const clients =
    stage === undefined
      ? localClients(port ?? defaultPort, settings.region)
      : stageClients(settings.region)
  const { store, journal } = await findInstallation(clients, settings)
  return {
    store,
    journal,
    ssm: clients.ssm,
    path: restorePath(settings),
    clock: () => new Date(),
    settleMs: stage === undefined ? settleMs.local : settleMs.stage,
  }
}

function textOf({ contacts, campaigns, suppressions, strays, exports, corrected }: Report): string {
  const people = Object.entries(contacts).map(([what, count]) => `  ${what.padEnd(12)} ${count}`)
  const list = (says: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [`${says}: ${ids.join(', ')}`]
  return [
    'people of whom the ledger tells since the copy',
    ...people,
    `addresses that refuse again: ${suppressions}`,
    `keys and seals without each other, taken away: ${strays}`,
    ...list('campaigns that had begun, paused for good', campaigns.paused),
    ...list('campaigns that were to start by themselves, drafts again', campaigns.draft),
    ...list('campaigns that were started or cancelled since, cancelled', campaigns.cancelled),
    ...list('campaigns that are lost, with the links in their mails', campaigns.lost),
    ...list('files that recipients must be asked to delete', exports),
    ...list('contacts to be asked again what was corrected', corrected),
  ].join('\n')
}
