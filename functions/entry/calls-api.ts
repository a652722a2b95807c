import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { policy } from '../../policy.ts'
import { callRoutes } from '../engagement/call-routes.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { httpHandler } from '../platform/http.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileSomebodyWaits } from '../platform/patience.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'

const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'KEYS_TABLE',
  'STAFF_ROLES_CLAIM',
  'KEY_PATH',
  'RESTORE_PATH',
])
const db = unlogged(new DynamoDBClient({ requestHandler: whileSomebodyWaits }))
const tables = {
  db,
  main: env('MAIN_TABLE'),
  ledger: env('LEDGER_TABLE'),
  keys: env('KEYS_TABLE'),
}
const clock = (): Date => new Date()
const parameters = signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm'))
const keys = storedKeys(parameters, env('KEY_PATH'), clock)

/** The call list. Of staff's functions it alone opens people, those who have asked for a call or may be offered one. */
export const handler = httpHandler({
  log: powertoolsLog(),
  origin: keys,
  isOpen: restoreGate({ tables, read: parameters, path: env('RESTORE_PATH'), clock }),
  contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  bodies: 'parsed',
  maxBodyBytes: 16_384,
  routes: callRoutes({ tables, policy, keys, rolesClaim: env('STAFF_ROLES_CLAIM'), clock }),
})
