import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { policy } from '../../policy.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { batchHandler } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { readTogether } from '../platform/table.ts'
import { unlogged } from '../platform/unlogged.ts'
import { campaignLinks } from '../tracking/campaign-links.ts'
import { hitMessage } from '../tracking/hit-message.ts'
import { recordHits } from '../tracking/record-hits.ts'

/** Takes hits into what is known of a message, for people who allow it. */
const env = parseEnv(process.env, ['MAIN_TABLE', 'RESTORE_PATH'])
const log = powertoolsLog()
const clock = (): Date => new Date()
const tables = {
  db: unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits })),
  main: env('MAIN_TABLE'),
}
const readItem = async (key: { pk: string; sk: string }) =>
  (await readTogether(tables.db, [{ table: tables.main, key }]))[0]
const links = campaignLinks(readItem, clock)
const desk = { tables, policy, links, clock }
const isOpen = restoreGate({
  tables,
  read: signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm')),
  path: env('RESTORE_PATH'),
  clock,
})

export const handler = batchHandler({ log, isOpen }, hitMessage, async (batch) => {
  const recorded = await recordHits(desk, batch)
  log.info('hits are recorded', { count: recorded })
})
