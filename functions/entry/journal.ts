import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { keepJournal } from '../journal/keep-journal.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { powertoolsLog } from '../platform/log.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { signedFiles } from '../platform/signed-files.ts'
import { unlogged } from '../platform/unlogged.ts'

/** Follows the ledger's stream, and writes down where nobody can change it what was written there. */
const env = parseEnv(process.env, ['MAIN_TABLE', 'JOURNAL_BUCKET'])
const db = unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits }))
const log = powertoolsLog()
const metrics = new Metrics()
const desk = {
  tables: { db, main: env('MAIN_TABLE') },
  files: signedFiles(db, serviceEndpoint(process.env, 's3'), env('JOURNAL_BUCKET')),
  clock: () => new Date(),
}

/** A batch that fails is delivered again whole: each of its events is written down once all the same. */
export async function handler(event: unknown): Promise<void> {
  const { lines, tampered } = await keepJournal(desk, event)
  if (tampered > 0) {
    metrics.addMetric('LedgerTampered', MetricUnit.Count, tampered)
    metrics.publishStoredMetrics()
    log.info('the ledger was changed', { count: tampered })
  }
  log.info('the journal was kept', { count: lines })
}
