import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import { type ExportMessage, exportMessageSchema } from '../audience/export-message.ts'
import { workOnExport } from '../audience/export-worker.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { queueHandler, sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'

const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
  'EXPORT_QUEUE_URL',
  'EXPORT_BUCKET',
])
const log = powertoolsLog()
const clock = (): Date => new Date()
const db = unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits }))
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const work = {
  tables: {
    db,
    main: env('MAIN_TABLE'),
    ledger: env('LEDGER_TABLE'),
    keys: env('KEYS_TABLE'),
  },
  // Buckets by path work on AWS and on every stand-in for it.
  files: {
    s3: new S3Client({ forcePathStyle: true, requestHandler: whileWorkWaits }),
    bucket: env('EXPORT_BUCKET'),
  },
  keys: storedKeys(parameters, env('KEY_PATH'), clock),
  send: sender<ExportMessage>(
    unlogged(new SQSClient({ requestHandler: whileWorkWaits })),
    env('EXPORT_QUEUE_URL'),
  ),
  policy,
  log,
  clock,
}

const isOpen = restoreGate({
  tables: work.tables,
  read: parameters,
  path: env('RESTORE_PATH'),
  clock,
})

/** Writes the file of everybody who may be addressed, piece by piece. */
export const handler = queueHandler({ log, isOpen }, exportMessageSchema, (message) =>
  workOnExport(work, message),
)
