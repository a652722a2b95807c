import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { defaultPort } from '../local/ports.ts'
import { readPlace } from '../settings.ts'
import type { Installation } from './inspect.ts'
import { findInstallation, localClients, stageClients } from './installation.ts'

export type Asked = { installation: Installation; json: boolean }

/** The installation that a command's flags name: one that runs here, or a stage on AWS. */
export async function askedInstallation(usage: string): Promise<Asked> {
  const { port, stage, region, json } = v.parse(optionsSchema(usage), readArguments())
  const context = new Map(Object.entries({ stage: stage ?? 'local', region }))
  const settings = readPlace({ tryGetContext: (key) => context.get(key) })
  const clients =
    stage === undefined
      ? localClients(port ?? defaultPort, settings.region)
      : stageClients(settings.region)
  return { installation: await findInstallation(clients, settings), json }
}

const optionsSchema = (usage: string) =>
  v.pipe(
    v.object({
      port: v.optional(
        v.pipe(v.string(), v.toNumber(usage), v.integer(usage), v.minValue(1, usage)),
      ),
      stage: v.optional(v.string()),
      region: v.optional(v.string()),
      json: v.optional(v.boolean(), false),
    }),
    v.check(({ port, stage }) => port === undefined || stage === undefined, usage),
  )

function readArguments() {
  const text = { type: 'string' } as const
  const options = { port: text, stage: text, region: text, json: { type: 'boolean' } } as const
  return parseArgs({ options }).values
}

/** Why a command could not be carried out, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const refused = /ECONNREFUSED/.test(`${error.message} ${String(Reflect.get(error, 'code'))}`)
  if (refused) return 'Nothing answers there: start it with npm start, or name its --port.'
  return error.message
}
