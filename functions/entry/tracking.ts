import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { policy } from '../../policy.ts'
import { contentSecurityPolicy } from '../../web/shared/content-security-policy.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { httpHandler } from '../platform/http.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileSomebodyWaits } from '../platform/patience.ts'
import { signedSender } from '../platform/signed-sender.ts'
import { unlogged } from '../platform/unlogged.ts'
import { campaignLinks } from '../tracking/campaign-links.ts'
import type { HitMessage } from '../tracking/hit-message.ts'
import { hitRoutes } from '../tracking/hit-routes.ts'

/** `/o` and `/c`, alone: what every mail client and scanner fetches touches no person's data. */
const env = parseEnv(process.env, ['MAIN_TABLE', 'HITS_QUEUE_URL', 'KEY_PATH'])
const clock = (): Date => new Date()
const db = unlogged(new DynamoDBClient({ requestHandler: whileSomebodyWaits }))
const keys = storedKeys(
  signedParameters(db, serviceEndpoint(process.env, 'ssm')),
  env('KEY_PATH'),
  clock,
)
const log = powertoolsLog()

export const handler = httpHandler({
  log,
  routes: hitRoutes({
    keys,
    links: campaignLinks({ db, main: env('MAIN_TABLE') }, clock),
    hits: signedSender<HitMessage>(db, serviceEndpoint(process.env, 'sqs'), env('HITS_QUEUE_URL')),
    log,
    clock,
  }),
  // The links of mails lie in mailboxes for years: they lead on, whatever becomes of the CDN's secret.
  origin: 'open',
  // The same answer for everybody, whatever is being restored (TRACK-03); the hits wait in their queue.
  isOpen: 'always',
  contentSecurityPolicy: contentSecurityPolicy(policy.branding),
  bodies: 'any',
  maxBodyBytes: Number.POSITIVE_INFINITY,
})
