import { lambdaCaller } from '../platform/caller.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { httpHandler } from '../platform/http.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { signedItems } from '../platform/signed-items.ts'
import { signedSender } from '../platform/signed-sender.ts'
import { campaignLinks, linksAttributes } from '../tracking/campaign-links.ts'
import type { HitMessage } from '../tracking/hit-message.ts'
import { hitRoutes } from '../tracking/hit-routes.ts'

/**
 * `/o` and `/c`, alone: what every mail client and scanner fetches touches no person's data. It makes one call
 * for a hit, and has no AWS client, whose import would be most of its cold start and half of its CPU.
 */
const env = parseEnv(process.env, ['MAIN_TABLE', 'HITS_QUEUE_URL', 'KEY_PATH'])
const clock = (): Date => new Date()
const caller = lambdaCaller(process.env)
const endpoint = (service: 'dynamodb' | 'sqs' | 'ssm') => serviceEndpoint(process.env, service)
const readItem = signedItems(caller, endpoint('dynamodb'), {
  table: env('MAIN_TABLE'),
  attributes: linksAttributes,
})
const log = powertoolsLog()

export const handler = httpHandler({
  log,
  routes: hitRoutes({
    keys: storedKeys(signedParameters(caller, endpoint('ssm')), env('KEY_PATH'), clock),
    links: campaignLinks(readItem, clock),
    hits: signedSender<HitMessage>(caller, endpoint('sqs'), env('HITS_QUEUE_URL')),
    log,
    clock,
  }),
  // The links of mails lie in mailboxes for years: they lead on, whatever becomes of the CDN's secret.
  origin: 'open',
  // The same answer for everybody, whatever is being restored (TRACK-03); the hits wait in their queue.
  isOpen: 'always',
  // It answers with pictures, redirects and problems: there is no page that may load anything.
  contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
  bodies: 'any',
  maxBodyBytes: Number.POSITIVE_INFINITY,
})
