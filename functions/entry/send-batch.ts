import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import { type SendMessage, sendMessageSchema } from '../campaign/campaign-message.ts'
import type { CampaignRecipient } from '../campaign/campaign-recipient.ts'
import { sendBatch } from '../campaign/send.ts'
import { sesBulkMailer } from '../platform/bulk-mailer.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { queueHandler, sender } from '../platform/queue.ts'
import { remembered } from '../platform/remembered.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { sesQuota, sesSendBulk } from '../platform/ses.ts'
import { unlogged } from '../platform/unlogged.ts'

/** Works off the queue `send`: one batch of a campaign at a time. */
const env = parseEnv(process.env, [
  'ORIGIN',
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
  'SEND_QUEUE_URL',
  'MARKETING_FROM',
  'MARKETING_CONFIGURATION_SET',
])

const clock = (): Date => new Date()
const log = powertoolsLog()
const db = unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits }))
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const work = {
  tables: { db, main: env('MAIN_TABLE'), ledger: env('LEDGER_TABLE'), keys: env('KEYS_TABLE') },
  policy,
  keys: storedKeys(parameters, env('KEY_PATH'), clock),
  origin: env('ORIGIN'),
  mailer: sesBulkMailer<CampaignRecipient>(sesSendBulk(), {
    from: env('MARKETING_FROM'),
    name: policy.controller.name,
    replyTo: policy.mail.replyTo,
    configurationSet: env('MARKETING_CONFIGURATION_SET'),
  }),
  send: sender<SendMessage>(
    unlogged(new SQSClient({ requestHandler: whileWorkWaits })),
    env('SEND_QUEUE_URL'),
  ),
  // GetAccount may be asked about once a second, by all workers together.
  quota: remembered(sesQuota(), { seconds: 15, clock }),
  log,
  clock,
}

const isOpen = restoreGate({
  tables: work.tables,
  read: parameters,
  path: env('RESTORE_PATH'),
  clock,
})

export const handler = queueHandler({ log, isOpen }, sendMessageSchema, (message) =>
  sendBatch(work, message),
)
