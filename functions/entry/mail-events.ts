import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { policy } from '../../policy.ts'
import { type DeliveryDesk, noteMailEvent } from '../campaign/delivery.ts'
import { mailEvent } from '../campaign/mail-event.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { textQueueHandler } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'

/** Works off the queue `mail-events`: what SES says became of each mail. */
const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
])
const clock = () => new Date()
const log = powertoolsLog()
const metrics = new Metrics()
const db = unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits }))
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const desk: DeliveryDesk = {
  tables: {
    db,
    main: env('MAIN_TABLE'),
    ledger: env('LEDGER_TABLE'),
    keys: env('KEYS_TABLE'),
  },
  policy,
  keys: storedKeys(parameters, env('KEY_PATH'), clock),
  clock,
  log,
  lost: () => {
    metrics.addMetric('MailsLost', MetricUnit.Count, 1)
    metrics.publishStoredMetrics()
  },
  rejected: (what) => {
    metrics.addMetric(
      what === 'paused' ? 'CampaignsPaused' : 'CampaignsWarned',
      MetricUnit.Count,
      1,
    )
    metrics.publishStoredMetrics()
  },
}

const isOpen = restoreGate({
  tables: desk.tables,
  read: parameters,
  path: env('RESTORE_PATH'),
  clock,
})

export const handler = textQueueHandler({ log, isOpen }, mailEvent, (event) =>
  noteMailEvent(desk, event),
)
