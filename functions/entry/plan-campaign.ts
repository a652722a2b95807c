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
import { parseEnv, serviceEndpoint } from '../platform/env.ts'
import { powertoolsLog } from '../platform/log.ts'
import { signedParameters } from '../platform/parameters.ts'
import { whileWorkWaits } from '../platform/patience.ts'
import { queueHandler, sender } from '../platform/queue.ts'
import { restoreGate } from '../platform/restore-gate.ts'
import { unlogged } from '../platform/unlogged.ts'
import { recount } from '../tracking/recount.ts'
import { recountMessageSchema } from '../tracking/recount-record.ts'

/** Works off the queue `plan`: who a campaign goes to, what of one died half way, and counting one anew. */
const env = parseEnv(process.env, [
  'MAIN_TABLE',
  'PLAN_QUEUE_URL',
  'SEND_QUEUE_URL',
  'RESTORE_PATH',
])
const clock = (): Date => new Date()
const log = powertoolsLog()
const sqs = unlogged(new SQSClient({ requestHandler: whileWorkWaits }))
const work = {
  tables: {
    db: unlogged(new DynamoDBClient({ requestHandler: whileWorkWaits })),
    main: env('MAIN_TABLE'),
  },
  policy,
  plan: sender<PlanMessage>(sqs, env('PLAN_QUEUE_URL')),
  send: sender<SendMessage>(sqs, env('SEND_QUEUE_URL')),
  log,
  clock,
}
const isOpen = restoreGate({
  tables: work.tables,
  read: signedParameters(work.tables.db, serviceEndpoint(process.env, 'ssm')),
  path: env('RESTORE_PATH'),
  clock,
})

const schema = v.union([planMessageSchema, recountMessageSchema])

export const handler = queueHandler({ log, isOpen }, schema, (message) =>
  message.kind === 'recount' ? recount(work, message.campaignId) : workOnPlan(work, message),
)
