import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { policy } from '../../policy.ts'
import { recallDepartures } from '../audience/recall.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { downloadLinks } from '../platform/download-link.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { fetchedFiles } from '../platform/fetched-files.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'

/** By the clock: keeps who has left which export, and counts the recipients who do not follow. */
const env = parseEnv(process.env, ['MAIN_TABLE', 'EXPORT_BUCKET', 'RESTORE_PATH'])
const db = unlogged(new DynamoDBClient())
const clock = (): Date => new Date()
const link = downloadLinks(db, serviceEndpoint(process.env, 's3'), env('EXPORT_BUCKET'))
const metrics = new Metrics()
const log = powertoolsLog()
const desk = {
  tables: { db, main: env('MAIN_TABLE') },
  policy,
  read: fetchedFiles(link, clock),
  clock,
}
const isOpen = restoreGate({
  tables: desk.tables,
  read: signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm')),
  path: env('RESTORE_PATH'),
  clock,
})

export async function handler(): Promise<void> {
  if (!(await isOpen())) return log.info('departures wait until a restore is over')
  const { recalled, overdue } = await recallDepartures(desk)
  metrics.addMetric('RecallsOverdue', MetricUnit.Count, overdue)
  metrics.publishStoredMetrics()
  log.info('departures are recalled', { count: recalled })
}
