import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { policy } from '../../policy.ts'
import type { PlanMessage } from '../campaign/campaign-message.ts'
import { campaignRoutes } from '../campaign/campaign-routes.ts'
import { launchRoutes } from '../campaign/launch-routes.ts'
import { domainCheck } from '../campaign/sending-domain.ts'
import type { Colleague } from '../campaign/test-send.ts'
import { testSendRoute } from '../campaign/test-send-route.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { dnsTxt } from '../platform/dns.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { httpHandler } from '../platform/http.ts'
import { storedKeys } from '../platform/keyring.ts'
import { powertoolsLog } from '../platform/log.ts'
import { sesMailer } from '../platform/mailer.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileSomebodyWaits } from '../platform/patience.ts'
import { repeatedSender } from '../platform/repeated-sender.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { signedIdentities } from '../platform/ses-identity.ts'
import { signedSendEmail, signedSes } from '../platform/signed-ses.ts'
import { unlogged } from '../platform/unlogged.ts'
import type { RecountMessage } from '../tracking/recount-record.ts'
import { statisticsRoutes } from '../tracking/statistics-routes.ts'

const env = parseEnv(process.env, [
  'ORIGIN',
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'PLAN_QUEUE_URL',
  'MARKETING_FROM',
  'MARKETING_CONFIGURATION_SET',
  'COLLEAGUE_DOMAIN',
  'STAFF_ROLES_CLAIM',
  'KEY_PATH',
  'RESTORE_PATH',
])
const db = unlogged(new DynamoDBClient({ requestHandler: whileSomebodyWaits }))
const ses = signedSes(db, serviceEndpoint(process.env, 'sesv2'))
const clock = (): Date => new Date()
const log = powertoolsLog()
const caller = lambdaCaller(process.env)
const parameters = signedParameters(caller, serviceEndpoint(process.env, 'ssm'))
const queue = serviceEndpoint(process.env, 'sqs')
const desk = {
  tables: { db, main: env('MAIN_TABLE'), ledger: env('LEDGER_TABLE') },
  policy,
  origin: env('ORIGIN'),
  plan: repeatedSender<PlanMessage>(caller, queue, env('PLAN_QUEUE_URL')),
  recounts: repeatedSender<RecountMessage>(caller, queue, env('PLAN_QUEUE_URL')),
  rolesClaim: env('STAFF_ROLES_CLAIM'),
  colleagueDomain: env('COLLEAGUE_DOMAIN'),
  mailer: sesMailer<Colleague>(signedSendEmail(ses), {
    from: env('MARKETING_FROM'),
    name: policy.controller.name,
    replyTo: policy.mail.replyTo,
    configurationSet: env('MARKETING_CONFIGURATION_SET'),
  }),
  domain: domainCheck({
    domain: policy.mail.domain,
    identity: signedIdentities(ses),
    txt: dnsTxt(process.env.DNS_SERVER),
    log,
    clock,
  }),
  clock,
}

/** Staff's campaigns: writing, looking, letting go, stopping. It can open no seal and mails colleagues alone. */
export const handler = httpHandler({
  log,
  origin: storedKeys(parameters, env('KEY_PATH'), clock),
  isOpen: restoreGate({
    tables: desk.tables,
    read: parameters,
    path: env('RESTORE_PATH'),
    clock,
  }),
  contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  bodies: 'parsed',
  // A campaign's texts in all its languages; one item holds them.
  maxBodyBytes: 200_000,
  routes: [
    ...campaignRoutes(desk),
    ...launchRoutes(desk),
    testSendRoute(desk),
    ...statisticsRoutes(desk),
  ],
})
