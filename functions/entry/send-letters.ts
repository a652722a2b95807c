import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import { type LetterMessage, letterMessage } from '../letters/letter-message.ts'
import type { LetterRecipient } from '../letters/letter-recipient.ts'
import { sendLetter } from '../letters/send-letter.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { sesMailer } from '../platform/mailer.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { queueHandler, sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { sesSendEmail } from '../platform/ses.ts'
import { unlogged } from '../platform/unlogged.ts'

/** Works off the queue `letters`: the mails we owe a person, written and sent one by one. */
const env = parseEnv(process.env, [
  'ORIGIN',
  'MAIN_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
  'LETTERS_QUEUE_URL',
  'LETTERS_FROM',
  'LETTERS_CONFIGURATION_SET',
])

const clock = () => new Date()
const log = powertoolsLog()
const db = unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits }))
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const room = {
  tables: { db, main: env('MAIN_TABLE'), keys: env('KEYS_TABLE') },
  policy,
  keys: storedKeys(parameters, env('KEY_PATH'), clock),
  origin: env('ORIGIN'),
  mailer: sesMailer<LetterRecipient>(sesSendEmail(), {
    from: env('LETTERS_FROM'),
    name: policy.controller.name,
    replyTo: policy.mail.replyTo,
    configurationSet: env('LETTERS_CONFIGURATION_SET'),
  }),
  clock,
  letters: sender<LetterMessage>(
    unlogged(new SQSClient({ requestHandler: whileWorkWaits })),
    env('LETTERS_QUEUE_URL'),
  ),
  log,
}

const isOpen = restoreGate({
  tables: room.tables,
  read: parameters,
  path: env('RESTORE_PATH'),
  clock,
})

export const handler = queueHandler({ log, isOpen }, letterMessage, (message, sentAt) =>
  sendLetter(room, message, sentAt),
)
