import { randomBytes } from 'node:crypto'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import {
  type Campaign,
  campaignKey,
  newCampaignId,
  readCampaign,
} from '../../functions/campaign/campaign-record.ts'
import { compose } from '../../functions/campaign/compose.ts'
import { freeze } from '../../functions/campaign/freeze.ts'
import { frozenPut } from '../../functions/campaign/frozen-record.ts'
import { mailsIn } from '../../functions/campaign/mails.ts'
import { readShards, sumOf } from '../../functions/campaign/read-figures.ts'
import { fill } from '../../functions/platform/mail-template.ts'
import { toItem, transact, ttlAt } from '../../functions/platform/table.ts'
import { startMail } from '../../infra/local/services/mail.ts'
import type { MailAccount } from '../../infra/local/services/mail-account.ts'
import { queueEvent } from '../../infra/local/sqs-event.ts'
import { policy } from '../../policy.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { type FunctionProcess, startFunctionProcess } from './function-process.ts'
import { idOf } from './people.ts'
import type { Compared } from './statistics.ts'
import { inTurn } from './tokens.ts'

const origin = 'https://choices.nordlys.example'
const links = Array.from({ length: 8 }, (_, n) => `[Les mer ${n}](https://nordlys.example/${n})`)
const draft: Campaign = {
  name: 'bench',
  topic: 'newsletter',
  purpose: 'direct-marketing',
  basis: 'consent',
  state: 'planning',
  variants: {
    nb: {
      subject: 'Det vi lærte',
      blocks: links.map((link) => ({ markdown: `# Nytt\n\n${'Ord og '.repeat(60)}${link}` })),
    },
  },
  links: [],
  tracking: { opens: true, clicks: true },
  key: randomBytes(32),
  createdBy: 'bench',
  createdAt: new Date().toISOString(),
  shards: 0,
  revision: 0,
}

/**
 * Microseconds of CPU for all that is one recipient's own in a mail with eight links: token, hit id, signed
 * links, headers, and filling them in; against filling the same templates with values that are there.
 */
export async function measureCompose(
  { keys }: Pick<BenchCloud, 'keys'>,
  extent: { rounds: number; calls: number },
): Promise<Compared> {
  const { mails, links: targets } = freeze({ policy, origin }, draft)
  const [mail] = mails
  if (mail === undefined) throw new Error('There is no mail')
  const addressed = {
    campaignId: newCampaignId(),
    campaign: { topic: draft.topic, links: targets },
    messageId: '00112233445566778899aabbccddeeff',
    contactId: idOf(1),
    language: 'nb',
    choice: {
      state: 'given',
      basis: 'consent',
      at: draft.createdAt,
      rank: '',
      noticeVersion: 1,
      ledgerId: idOf(2),
    },
    recorded: { opens: 'person', clicks: 'person' },
    blocks: mail.blocks,
  } as const
  const filled = (values: Record<string, string>) =>
    [mail.subject, mail.html, mail.text].map((template) => fill(template, values))
  const { values } = await compose({ policy, origin, keys }, addressed)
  return inTurn(
    {
      subject: async () => filled((await compose({ policy, origin, keys }, addressed)).values),
      floor: async () => filled(values),
    },
    extent,
  )
}

export type CampaignCost = {
  recipients: number
  perSecond: number
  callsEach: number
  peakBytes: { plan: number; send: number }
}

/**
 * A whole campaign: one process plans it and one sends it, message by message as the queues give them, to the
 * local SES. Its members are made before.
 */
export async function measureCampaign(cloud: BenchCloud): Promise<CampaignCost> {
  const mail = await startMail(0)
  let sesCalls = 0
  const ses = await startCountingProxy('ses', mail.endpoint, () => void sesCalls++)
  const start = (name: string) =>
    startFunctionProcess({
      module: cloud.fn(name).module,
      environment: {
        ...cloud.environment(name, 'counted'),
        AWS_ENDPOINT_URL_SESV2: ses.endpoint,
      },
      memoryMegabytes: cloud.fn(name).memoryMegabytes,
    })
  const [planner, sender] = [await start('plan-campaign'), await start('send-batch')]
  try {
    mail.account.answer = boundless
    const campaignId = await startedCampaign(cloud)
    const plan = queue(cloud, 'plan-campaign', 'PLAN_QUEUE_URL')
    const send = queue(cloud, 'send-batch', 'SEND_QUEUE_URL')
    await plan.empty()
    await send.empty()
    await plan.put({ kind: 'start', campaignId })
    cloud.takeCalls()
    const begun = performance.now()
    const peakBytes = { plan: await plan.workOff(planner), send: await send.workOff(sender) }
    const seconds = (performance.now() - begun) / 1000
    const calls = cloud.takeCalls().length + sesCalls
    const { state } = (await readCampaign(cloud.tables, campaignId, new Date())) ?? {}
    if (state !== 'sent') throw new Error(`The queues are empty and the campaign is ${state}`)
    const recipients = mailsIn(sumOf(await readShards(cloud.tables, campaignId, 'T#'))).sent
    return { recipients, perSecond: recipients / seconds, callsEach: calls / recipients, peakBytes }
  } finally {
    await planner.stop()
    await sender.stop()
    await ses.stop()
    await mail.stop()
  }
}

/** An account that is never the limit. */
const boundless: MailAccount['answer'] = ({ url }, response) => {
  if (url !== '/v2/email/account') return false
  const SendQuota = { Max24HourSend: 1e9, MaxSendRate: 1e6, SentLast24Hours: 0 }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ SendingEnabled: true, SendQuota }))
  return true
}

/** As `startCampaign` leaves one. */
async function startedCampaign({ tables }: BenchCloud): Promise<string> {
  const campaignId = newCampaignId()
  const frozen = freeze({ policy, origin }, draft)
  const ttl = ttlAt(new Date(), 30)
  const campaign = { ...draft, links: frozen.links, startedAt: draft.createdAt, ttl }
  await tables.db.send(
    new PutItemCommand({
      TableName: tables.main,
      Item: toItem({ ...campaignKey(campaignId), ...campaign }),
    }),
  )
  await transact(
    tables.db,
    frozen.mails.map((mail) => frozenPut(tables, campaignId, { mail, ttl })),
  )
  return campaignId
}

/** One queue, and working it off with one process. */
function queue(cloud: BenchCloud, name: string, variable: string) {
  const { sqs } = cloud.clients
  const QueueUrl = cloud.environment(name, 'direct')[variable] ?? ''
  const arn = 'arn:aws:sqs:eu-north-1:000000000000:bench'
  return {
    empty: () => sqs.send(new PurgeQueueCommand({ QueueUrl })),
    put: (message: object) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) })),
    /** @returns the largest memory of the process, in bytes. */
    workOff: async (worker: FunctionProcess): Promise<number> => {
      let peak = 0
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
        )
        if (Messages.length === 0) return peak
        const events = Messages.map((message) => JSON.stringify(queueEvent([message], arn)))
        const { results, peakBytes } = await worker.run({ events })
        for (const [index, result] of results.entries()) {
          const { batchItemFailures } = JSON.parse(result) as { batchItemFailures: unknown[] }
          if (batchItemFailures.length > 0) throw new Error('A piece of the campaign failed')
          const ReceiptHandle = Messages[index]?.ReceiptHandle
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
        }
        peak = peakBytes
      }
    },
  }
}
