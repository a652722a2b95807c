import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { queueHandler, sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'
import type { RequestMessage } from '../rights/request-message.ts'
import { type SweepDesk, sweep } from '../rights/sweep.ts'
import { type SweepMessage, sweepMessage } from '../rights/sweep-message.ts'

/** Every night: how long data lives, and what was left half done. Opens no seal. */
const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'LETTERS_QUEUE_URL',
  'REQUEST_QUEUE_URL',
  'SWEEP_QUEUE_URL',
  'MOST_LAPSES',
  'RESTORE_PATH',
])
const clock = (): Date => new Date()
const log = powertoolsLog()
const metrics = new Metrics()
const sqs = unlogged(new SQSClient())
const desk: SweepDesk = {
  store: {
    tables: {
      db: unlogged(new DynamoDBClient()),
      main: env('MAIN_TABLE'),
      ledger: env('LEDGER_TABLE'),
    },
    policy,
  },
  requests: sender<RequestMessage>(sqs, env('REQUEST_QUEUE_URL')),
  letters: sender<LetterMessage>(sqs, env('LETTERS_QUEUE_URL')),
  continues: sender<SweepMessage>(sqs, env('SWEEP_QUEUE_URL')),
  mostLapses: Number(env('MOST_LAPSES')),
  pageItems: 1000,
  // Well before the function's own end: the page under way is finished.
  walkMs: 180_000,
  finished: ({ mode, counts }) => {
    if (mode === 'dry-run') return
    metrics.addMetric('SweepFinished', MetricUnit.Count, 1)
    metrics.addMetric('SweepFailed', MetricUnit.Count, counts.failed ?? 0)
    metrics.addMetric('RequestsDue', MetricUnit.Count, counts['requests:due'] ?? 0)
    metrics.addMetric('RequestsLate', MetricUnit.Count, counts['requests:late'] ?? 0)
    metrics.publishStoredMetrics()
  },
  log,
  clock,
}
const { tables } = desk.store
const isOpen = restoreGate({
  tables,
  read: signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm')),
  path: env('RESTORE_PATH'),
  clock,
})

export const handler = queueHandler({ log, isOpen }, sweepMessage, (message) =>
  sweep(desk, message),
)
