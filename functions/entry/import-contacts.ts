import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import { type ImportMessage, importMessageSchema } from '../audience/import-message.ts'
import { workOnImport } from '../audience/import-worker.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { downloadLinks } from '../platform/download-link.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { fetchedBytes } from '../platform/fetched-bytes.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { manySender, queueHandler, sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { signedFiles } from '../platform/signed-files.ts'
import { unlogged } from '../platform/unlogged.ts'

const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
  'IMPORT_QUEUE_URL',
  'IMPORT_BUCKET',
  'LETTERS_QUEUE_URL',
])
const log = powertoolsLog()
const clock = (): Date => new Date()
const db = unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits }))
const sqs = unlogged(new SQSClient({ requestHandler: whileWorkWaits }))
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const s3 = serviceEndpoint(process.env, 's3')
const work = {
  tables: {
    db,
    main: env('MAIN_TABLE'),
    ledger: env('LEDGER_TABLE'),
    keys: env('KEYS_TABLE'),
  },
  policy,
  keys: storedKeys(parameters, env('KEY_PATH'), clock),
  fetch: fetchedBytes(downloadLinks(db, s3, env('IMPORT_BUCKET')), clock),
  remove: signedFiles(db, s3, env('IMPORT_BUCKET')).remove,
  send: sender<ImportMessage>(sqs, env('IMPORT_QUEUE_URL')),
  tell: manySender<LetterMessage>(sqs, env('LETTERS_QUEUE_URL')),
  log,
  clock,
}

const isOpen = restoreGate({
  tables: work.tables,
  read: parameters,
  path: env('RESTORE_PATH'),
  clock,
})

/** Enters the people of a file, stretch by stretch, as far as their own word and its evidence allow. */
export const handler = queueHandler({ log, isOpen }, importMessageSchema, (message) =>
  workOnImport(work, message),
)
