import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { policy } from '../../policy.ts'
import { contentSecurityPolicy } from '../../web/shared/content-security-policy.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { httpHandler } from '../platform/http.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileSomebodyWaits } from '../platform/patience.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'
import { unsubscribeRoutes } from '../subscription/unsubscribe-routes.ts'

/** `/u/{token}`, alone, so that nothing else can starve it (design §2). */
const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'KEY_PATH',
  'RESTORE_PATH',
])
const log = powertoolsLog()
const clock = (): Date => new Date()
const tables = {
  // A table that hangs is a table that is down: the page is shown without it, a press is answered 503.
  db: unlogged(
    new DynamoDBClient({
      requestHandler: whileSomebodyWaits,
    }),
  ),
  main: env('MAIN_TABLE'),
  ledger: env('LEDGER_TABLE'),
  keys: env('KEYS_TABLE'),
}
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const keys = storedKeys(parameters, env('KEY_PATH'), clock)
const isOpen = restoreGate({ tables, read: parameters, path: env('RESTORE_PATH'), clock })

export const handler = httpHandler({
  log,
  routes: unsubscribeRoutes({ store: { tables, policy, keys }, isOpen, log, clock }),
  // Mailbox providers may come by any way: what they ask is never refused.
  origin: 'open',
  // Turning down revives nobody: it goes on while a restore runs, as under a revoked key (RIGHT-13).
  isOpen: 'always',
  contentSecurityPolicy: contentSecurityPolicy(policy.branding),
  bodies: 'any',
  maxBodyBytes: Number.POSITIVE_INFINITY,
})
