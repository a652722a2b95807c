import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { policy } from '../../policy.ts'
import {
  type PlanMessage,
  planMessageSchema,
  type SendMessage,
} from '../campaign/campaign-message.ts'
import { workOnPlan } from '../campaign/plan.ts'
import { domainCheck } from '../campaign/sending-domain.ts'
import { lambdaCaller } from '../platform/caller.ts'
import { dnsTxt } from '../platform/dns.ts'
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { manySender, queueHandler, sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { signedIdentities } from '../platform/ses-identity.ts'
import { signedSes } from '../platform/signed-ses.ts'
import { unlogged } from '../platform/unlogged.ts'
import { recount } from '../tracking/recount.ts'
import { recountMessageSchema } from '../tracking/recount-record.ts'

/** Works off the queue `plan`: what starts by itself, who a campaign goes to, what died half way, counting anew. */
const env = parseEnv(process.env, [
  'ORIGIN',
  'MAIN_TABLE',
  'LEDGER_TABLE',
  'PLAN_QUEUE_URL',
  'SEND_QUEUE_URL',
  'RESTORE_PATH',
])
const clock = (): Date => new Date()
const db = unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits }))
const log = powertoolsLog()
const sqs = unlogged(new SQSClient({ requestHandler: whileWorkWaits }))
const work = {
  tables: { db, main: env('MAIN_TABLE'), ledger: env('LEDGER_TABLE') },
  origin: env('ORIGIN'),
  policy,
  plan: sender<PlanMessage>(sqs, env('PLAN_QUEUE_URL')),
  enqueue: manySender<SendMessage>(sqs, env('SEND_QUEUE_URL')),
  pageSize: 1000,
  domain: domainCheck({
    domain: policy.mail.domain,
    identity: signedIdentities(signedSes(db, serviceEndpoint(process.env, 'sesv2'))),
    txt: dnsTxt(process.env.DNS_SERVER),
    log,
    clock,
  }),
  log,
  clock,
}
const isOpen = restoreGate({
  tables: work.tables,
  read: signedParameters(lambdaCaller(process.env), serviceEndpoint(process.env, 'ssm')),
  path: env('RESTORE_PATH'),
  clock,
})

const schema = v.union([planMessageSchema, recountMessageSchema])

export const handler = queueHandler({ log, isOpen }, schema, (message) =>
  message.kind === 'recount' ? recount(work, message.campaignId) : workOnPlan(work, message),
)
