import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import { disclosuresOf } from '../audience/disclosures.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { downloadLinks } from '../platform/download-link.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { fetchedFiles } from '../platform/fetched-files.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { queueHandler, sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { signedFiles } from '../platform/signed-files.ts'
import { unlogged } from '../platform/unlogged.ts'
import { carryOut } from '../rights/carry-out.ts'
import { fulfilErasure } from '../rights/erase.ts'
import { fulfilAccess } from '../rights/fulfil-access.ts'
import { liftRestriction } from '../rights/lift-restriction.ts'
import { requestMessage } from '../rights/request-message.ts'

/** Goes on with requests that take more than one step. */
const env = parseEnv(process.env, [
  'ORIGIN',
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
  'LETTERS_QUEUE_URL',
  'COPY_BUCKET',
  'EXPORT_BUCKET',
])
const log = powertoolsLog()
const clock = (): Date => new Date()
const tables = {
  db: unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits })),
  main: env('MAIN_TABLE'),
  ledger: env('LEDGER_TABLE'),
  keys: env('KEYS_TABLE'),
}
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const store = { tables, policy, keys: storedKeys(parameters, env('KEY_PATH'), clock) }
const isOpen = restoreGate({ tables, read: parameters, path: env('RESTORE_PATH'), clock })
const letters = sender<LetterMessage>(
  unlogged(new SQSClient({ requestHandler: whileWorkWaits })),
  env('LETTERS_QUEUE_URL'),
)

const s3 = serviceEndpoint(process.env, 's3')
const read = fetchedFiles(downloadLinks(tables.db, s3, env('EXPORT_BUCKET')), clock)
const outside = {
  letters,
  files: signedFiles(tables.db, s3, env('COPY_BUCKET')),
  disclosuresOf: (contactId: string, now: Date) =>
    disclosuresOf({ tables, policy, read }, contactId, now),
  origin: env('ORIGIN'),
}

export const handler = queueHandler({ log, isOpen }, requestMessage, async (message) => {
  switch (message.kind) {
    case 'access': {
      const { kind, requestId } = message
      const outcome = await fulfilAccess(store, message, { ...outside, now: clock() })
      log.info('a copy was asked for', { kind, requestId, outcome })
      return
    }
    case 'erasure': {
      const { kind, requestId } = message
      await fulfilErasure(store, message, { ...outside, now: clock() })
      log.info('a person was erased', { kind, requestId })
      return
    }
    case 'carry-out': {
      const { kind, requestId } = message
      const outcome = await carryOut(store, requestId, { ...outside, now: clock() })
      log.info('a registered request was taken up', { kind, requestId, outcome })
      return
    }
    case 'lift': {
      const { kind, requestId } = message
      const outcome = await liftRestriction(store, requestId, clock())
      log.info('a restriction was to end', { kind, requestId, outcome })
      return
    }
    case 'lapse':
      await fulfilErasure(store, message, { ...outside, now: clock() })
      log.info('a person was erased', { kind: message.kind })
  }
})
