import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { policy } from '../../policy.ts'
import { contentSecurityPolicy } from '../../web/shared/content-security-policy.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { httpHandler } from '../platform/http.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileSomebodyWaits } from '../platform/patience.ts'
import { sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { signedFiles } from '../platform/signed-files.ts'
import { unlogged } from '../platform/unlogged.ts'
import { addressRoutes } from '../rights/address-routes.ts'
import { copyRoute } from '../rights/copy-route.ts'
import { receiptRoutes } from '../rights/receipt-routes.ts'
import type { RequestMessage } from '../rights/request-message.ts'
import { requestRoutes } from '../rights/request-routes.ts'
import { policyRoute } from '../subscription/policy-route.ts'
import { preferenceRoutes } from '../subscription/preference-routes.ts'
import { signUpRoutes } from '../subscription/sign-up-routes.ts'

/** What a person's browser asks: sign-up, confirmation, preferences, rights. */
const env = parseEnv(process.env, [
  'ORIGIN',
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
  'LETTERS_QUEUE_URL',
  'REQUEST_QUEUE_URL',
  'COPY_BUCKET',
])
const log = powertoolsLog()
const clock = (): Date => new Date()
const tables = {
  db: unlogged(new DynamoDBClient({ requestHandler: whileSomebodyWaits })),
  main: env('MAIN_TABLE'),
  ledger: env('LEDGER_TABLE'),
  keys: env('KEYS_TABLE'),
}
const sqs = unlogged(new SQSClient({ requestHandler: whileSomebodyWaits }))
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const store = { tables, policy, keys: storedKeys(parameters, env('KEY_PATH'), clock) }
const files = signedFiles(tables.db, serviceEndpoint(process.env, 's3'), env('COPY_BUCKET'))
const letters = sender<LetterMessage>(sqs, env('LETTERS_QUEUE_URL'))
const requests = sender<RequestMessage>(sqs, env('REQUEST_QUEUE_URL'))

export const handler = httpHandler({
  log,
  routes: [
    ...signUpRoutes({ store, letters, log, clock }),
    ...preferenceRoutes({ store, letters, log, clock }),
    copyRoute({ store, files, log, clock }),
    ...receiptRoutes({ store, origin: env('ORIGIN'), clock }),
    ...addressRoutes({ store, requests, letters, log, clock }),
    ...requestRoutes({ store, requests, letters, log, clock }),
    policyRoute(policy),
  ],
  origin: store.keys,
  isOpen: restoreGate({ tables, read: parameters, path: env('RESTORE_PATH'), clock }),
  contentSecurityPolicy: contentSecurityPolicy(policy.branding),
  bodies: 'parsed',
  maxBodyBytes: 16_384,
})
