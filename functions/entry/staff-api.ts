import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import type { ExportMessage } from '../audience/export-message.ts'
import { exportRoutes } from '../audience/export-routes.ts'
import type { ImportMessage } from '../audience/import-message.ts'
import { importRoutes } from '../audience/import-routes.ts'
import { recallRoutes } from '../audience/recall-routes.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { downloadLinks } from '../platform/download-link.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { fetchedFiles } from '../platform/fetched-files.ts'
import { httpHandler } from '../platform/http.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileSomebodyWaits } from '../platform/patience.ts'
import { sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'
import { uploadLinks } from '../platform/upload-link.ts'
import { processingRoutes } from '../rights/processing-routes.ts'
import { registerRoutes } from '../rights/register-routes.ts'
import type { RequestMessage } from '../rights/request-message.ts'
import { retentionRoutes } from '../rights/retention-routes.ts'
import type { SweepMessage } from '../rights/sweep-message.ts'

const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'EXPORT_QUEUE_URL',
  'EXPORT_BUCKET',
  'IMPORT_QUEUE_URL',
  'IMPORT_BUCKET',
  'SWEEP_QUEUE_URL',
  'LETTERS_QUEUE_URL',
  'REQUEST_QUEUE_URL',
  'STAFF_ROLES_CLAIM',
  'KEY_PATH',
  'RESTORE_PATH',
])
const db = unlogged(new DynamoDBClient({ requestHandler: whileSomebodyWaits }))
const sqs = unlogged(new SQSClient({ requestHandler: whileSomebodyWaits }))
const tables = {
  db,
  main: env('MAIN_TABLE'),
  ledger: env('LEDGER_TABLE'),
  keys: env('KEYS_TABLE'),
}
const rolesClaim = env('STAFF_ROLES_CLAIM')
const log = powertoolsLog()
const metrics = new Metrics()
const clock = (): Date => new Date()
const link = downloadLinks(db, serviceEndpoint(process.env, 's3'), env('EXPORT_BUCKET'))

const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const keys = storedKeys(parameters, env('KEY_PATH'), clock)

const desk = {
  tables,
  policy,
  send: sender<ExportMessage>(sqs, env('EXPORT_QUEUE_URL')),
  link,
  read: fetchedFiles(link, clock),
  rolesClaim,
  countBulkRead: (rows: number) => {
    metrics.addMetric('AudienceRowsDownloaded', MetricUnit.Count, rows)
    metrics.publishStoredMetrics()
  },
  clock,
}

const imports = {
  tables,
  policy,
  upload: uploadLinks(db, serviceEndpoint(process.env, 's3'), env('IMPORT_BUCKET')),
  send: sender<ImportMessage>(sqs, env('IMPORT_QUEUE_URL')),
  rolesClaim,
  clock,
}

const letters = sender<LetterMessage>(sqs, env('LETTERS_QUEUE_URL'))
const requests = sender<RequestMessage>(sqs, env('REQUEST_QUEUE_URL'))
const sweeps = sender<SweepMessage>(sqs, env('SWEEP_QUEUE_URL'))

/** What staff do: exports, who has left them, imports, the register of requests, what the sweep does and would do. */
export const handler = httpHandler({
  log,
  origin: keys,
  isOpen: restoreGate({ tables, read: parameters, path: env('RESTORE_PATH'), clock }),
  contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  bodies: 'parsed',
  maxBodyBytes: 16_384,
  routes: [
    ...exportRoutes(desk),
    ...recallRoutes(desk),
    ...importRoutes(imports),
    ...retentionRoutes({ tables, sweeps, rolesClaim, clock }),
    ...processingRoutes({ policy, rolesClaim, clock }),
    ...registerRoutes({ tables, policy, keys, letters, requests, log, rolesClaim, clock }),
  ],
})
