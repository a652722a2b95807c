import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import type { Construct } from 'constructs'
import { policy } from '../policy.ts'
import { accessOf, type FunctionName } from './access.ts'
import { AssentFunction, type Job } from './constructs/assent-function.ts'
import { HttpFront } from './constructs/http-front.ts'
import { NightlyRun } from './constructs/nightly-run.ts'
import { ownFigure } from './constructs/own-figure.ts'
import type { DataStack } from './data-stack.ts'
import type { MailStack } from './mail-stack.ts'
import { serviceAlarms } from './service-alarms.ts'
import { keyPath, restorePath, type Settings } from './settings.ts'
import type { StaffTokens } from './staff-tokens.ts'
import {
  exporting,
  fulfilling,
  harms,
  importing,
  listening,
  mailing,
  planning,
  recording,
  sending,
  sweeping,
  workQueues,
} from './work-queues.ts'

export type ServiceStackProps = StackProps & {
  settings: Settings
  /** Directory of the bundled functions. */
  bundles: string
  data: DataStack
  mail: MailStack
  staff: StaffTokens
}

const answering = { timeout: Duration.seconds(10), memoryMb: 1024 }
const journalling = { timeout: Duration.seconds(60), memoryMb: 256 }

/** Rows live for a moment: a small young generation keeps memory flat, and costs no time. */
const steadyMemory = '--max-semi-space-size=8'

/** The functions, the queues between them and the HTTP API in front of them. */
export class ServiceStack extends Stack {
  readonly front: HttpFront

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props)
    const { settings, bundles, data, mail, staff } = props

    const { letters, request, exports, imports, sweeps, hits, mailEvents, plan, send } = workQueues(
      this,
      mail,
    )
    const queues = {
      letters: letters.queue,
      request: request.queue,
      export: exports.queue,
      imports: imports.queue,
      sweep: sweeps.queue,
      hits: hits.queue,
      plan: plan.queue,
      send: send.queue,
    }
    const access = accessOf(this, { settings, data, mail, queues })
    const make = (name: FunctionName, job: Job) =>
      new AssentFunction(this, name, { settings, bundles, may: access[name], ...job })
    const RESTORE_PATH = restorePath(settings)

    const ORIGIN = settings.origin
    const MAIN_TABLE = data.main.tableName
    const LEDGER_TABLE = data.ledger.tableName
    const KEYS_TABLE = data.keys.tableName
    const KEY_PATH = keyPath(settings)
    const people = { MAIN_TABLE, LEDGER_TABLE, KEYS_TABLE, KEY_PATH, RESTORE_PATH }
    const LETTERS_QUEUE_URL = letters.queue.queueUrl
    const REQUEST_QUEUE_URL = request.queue.queueUrl
    const EXPORT_QUEUE_URL = exports.queue.queueUrl
    const IMPORT_QUEUE_URL = imports.queue.queueUrl
    const SWEEP_QUEUE_URL = sweeps.queue.queueUrl
    const PLAN_QUEUE_URL = plan.queue.queueUrl
    const SEND_QUEUE_URL = send.queue.queueUrl
    const EXPORT_BUCKET = data.exports.bucketName
    const IMPORT_BUCKET = data.imports.bucketName
    const COPY_BUCKET = data.copies.bucketName

    const unsubscribe = make('unsubscribe', {
      does: 'Turns mail off from the link in a mail, for a person or their mailbox provider',
      hurts: {
        harm: 'Somebody presses stop and goes on being mailed, or a mailbox provider gives up on our link.',
        article: 'unsubscribe',
        tolerated: 0,
      },
      ...answering,
      reserve: settings.unsubscribeReserve,
      environment: people,
    })
    const tracking = make('tracking', {
      does: 'Answers the pixel and leads on from tracked links, the same for everybody',
      hurts: {
        harm: 'Links in our mails lead nowhere, and whoever presses one sees an error.',
        article: 'tracking',
        tolerated: 5,
      },
      ...answering,
      environment: { MAIN_TABLE, HITS_QUEUE_URL: hits.queue.queueUrl, KEY_PATH },
    })
    make('record-hits', {
      does: 'Takes opens and clicks into what is known of a message, for people who allow it',
      hurts: { harm: harms.hits, article: 'hits', tolerated: 5 },
      ...recording,
      environment: { MAIN_TABLE, RESTORE_PATH },
      worksOff: { queue: hits.queue, atOnce: 100, gatherSeconds: 5, parallel: 5 },
    })
    const subscriberApi = make('subscriber-api', {
      does: 'Signs people up, confirms, and shows and changes what each person chose',
      hurts: {
        harm: 'People cannot sign up, confirm, see or change what they chose.',
        article: 'subscriber-api',
        tolerated: 5,
      },
      ...answering,
      reserve: settings.subscriberReserve,
      environment: { ORIGIN, ...people, LETTERS_QUEUE_URL, REQUEST_QUEUE_URL, COPY_BUCKET },
    })
    const staffApi = make('staff-api', {
      does: 'Starts and shows exports, imports and the sweep, and keeps the register of requests, for signed-in staff',
      hurts: {
        harm: 'Colleagues cannot order or fetch an audience, or answer a person who asks for their rights.',
        article: 'staff-api',
        tolerated: 5,
      },
      ...answering,
      environment: {
        ...people,
        EXPORT_QUEUE_URL,
        EXPORT_BUCKET,
        IMPORT_QUEUE_URL,
        IMPORT_BUCKET,
        SWEEP_QUEUE_URL,
        LETTERS_QUEUE_URL,
        REQUEST_QUEUE_URL,
        STAFF_ROLES_CLAIM: staff.rolesClaim,
      },
    })
    const campaignApi = make('campaign-api', {
      does: 'Writes, shows, starts and stops campaigns for signed-in staff',
      hurts: {
        harm: 'Colleagues cannot stop a campaign that goes wrong, or let one go that people asked for.',
        article: 'campaign-api',
        tolerated: 5,
      },
      ...answering,
      environment: {
        ORIGIN,
        MAIN_TABLE,
        LEDGER_TABLE,
        KEY_PATH,
        RESTORE_PATH,
        PLAN_QUEUE_URL,
        MARKETING_FROM: policy.mail.marketingFrom,
        MARKETING_CONFIGURATION_SET: mail.marketing.configurationSetName,
        COLLEAGUE_DOMAIN: settings.colleagueDomain,
        STAFF_ROLES_CLAIM: staff.rolesClaim,
      },
    })
    const callsApi = make('calls-api', {
      does: 'Shows signed-in staff whom they may call, and takes down who wants no more of it',
      hurts: {
        harm: 'A colleague cannot write down that somebody wants no calls, and the next one calls them again.',
        article: 'calls-api',
        tolerated: 2,
      },
      ...answering,
      environment: { ...people, STAFF_ROLES_CLAIM: staff.rolesClaim },
    })
    make('send-letters', {
      does: 'Writes and sends the mails we owe a person',
      hurts: { harm: harms.letters, article: 'letters', tolerated: 5 },
      ...mailing,
      environment: {
        ORIGIN,
        MAIN_TABLE,
        KEYS_TABLE,
        KEY_PATH,
        RESTORE_PATH,
        LETTERS_QUEUE_URL,
        LETTERS_FROM: policy.mail.lettersFrom,
        LETTERS_CONFIGURATION_SET: mail.letters.configurationSetName,
      },
      worksOff: { queue: letters.queue, atOnce: 10, parallel: 5, continuesItself: true },
    })
    make('plan-campaign', {
      does: 'Starts what is due, finds out who a campaign goes to, and takes up what died half way',
      hurts: { harm: harms.plan, article: 'plan', tolerated: 5 },
      ...planning,
      environment: {
        ORIGIN,
        MAIN_TABLE,
        LEDGER_TABLE,
        RESTORE_PATH,
        PLAN_QUEUE_URL,
        SEND_QUEUE_URL,
      },
      worksOff: { queue: plan.queue, atOnce: 1, parallel: 4, continuesItself: true },
    })
    new Rule(this, 'CampaignRepairs', {
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [
        new SqsQueue(plan.queue, { message: RuleTargetInput.fromObject({ kind: 'repair' }) }),
      ],
    })
    new Rule(this, 'CampaignStarts', {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [
        new SqsQueue(plan.queue, { message: RuleTargetInput.fromObject({ kind: 'start-due' }) }),
      ],
    })
    const sendBatch = make('send-batch', {
      does: 'Decides again for each person, and sends a campaign to those who may be mailed now',
      hurts: { harm: harms.send, article: 'send', tolerated: 5 },
      ...sending,
      environment: {
        ORIGIN,
        ...people,
        SEND_QUEUE_URL,
        MARKETING_FROM: policy.mail.marketingFrom,
        MARKETING_CONFIGURATION_SET: mail.marketing.configurationSetName,
      },
      worksOff: { queue: send.queue, atOnce: 1, parallel: 4, continuesItself: true },
    })
    Validations.of(sendBatch.lambda.role ?? sendBatch.lambda).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'How much may be sent is the account’s own: SES knows no narrower resource for it',
    })
    const fulfilRequest = make('fulfil-request', {
      does: 'Carries out what a person has a right to, such as their deletion',
      hurts: { harm: harms.request, article: 'request', tolerated: 5 },
      ...fulfilling,
      environment: { ORIGIN, ...people, LETTERS_QUEUE_URL, COPY_BUCKET, EXPORT_BUCKET },
      worksOff: { queue: request.queue, atOnce: 1, parallel: 2 },
    })
    const exportAudience = make('export-audience', {
      does: 'Writes the file of everybody who may be addressed for one topic or purpose',
      hurts: { harm: harms.export, article: 'export', tolerated: 5 },
      ...exporting,
      environment: { ...people, EXPORT_QUEUE_URL, EXPORT_BUCKET, NODE_OPTIONS: steadyMemory },
      worksOff: { queue: exports.queue, atOnce: 1, parallel: 8, continuesItself: true },
    })
    const importContacts = make('import-contacts', {
      does: 'Enters people from a file, as far as their own word and the evidence for it allow',
      hurts: { harm: harms.imports, article: 'import', tolerated: 5 },
      ...importing,
      environment: { ...people, IMPORT_QUEUE_URL, IMPORT_BUCKET, LETTERS_QUEUE_URL },
      worksOff: { queue: imports.queue, atOnce: 1, parallel: 2, continuesItself: true },
    })
    make('sweep', {
      does: 'Forgets what has had its time, every night, and takes up what was left half done',
      hurts: { harm: harms.sweep, article: 'sweep', tolerated: 5 },
      ...sweeping,
      environment: {
        MAIN_TABLE,
        LEDGER_TABLE,
        RESTORE_PATH,
        LETTERS_QUEUE_URL,
        REQUEST_QUEUE_URL,
        SWEEP_QUEUE_URL,
        MOST_LAPSES: String(Math.floor(settings.erasuresPerDay / 2)),
      },
      worksOff: { queue: sweeps.queue, atOnce: 1, parallel: 4, continuesItself: true },
    })
    make('mail-events', {
      does: 'Stops mail for whoever reported it as spam, and to mailboxes that are gone',
      hurts: { harm: harms.mailEvents, article: 'mailevents', tolerated: 5 },
      ...listening,
      environment: people,
      worksOff: { queue: mailEvents.queue, atOnce: 10, parallel: 5 },
    })
    new NightlyRun(this, 'SweepNightly', {
      queue: sweeps.queue,
      message: { kind: 'start', mode: 'for-real' },
      finished: ownFigure(settings, 'SweepFinished', Duration.days(1), { service: 'sweep' }),
      harm: 'Nobody has been forgotten in time for two days, and what got stuck was not taken up.',
      article: 'sweep',
    })
    const recall = make('recall', {
      does: 'Keeps who has left the files that recipients hold',
      hurts: { harm: harms.recall, article: 'recall', tolerated: 2 },
      ...fulfilling,
      timeout: Duration.minutes(5),
      environment: { MAIN_TABLE, EXPORT_BUCKET, RESTORE_PATH },
    })
    new Rule(this, 'RecallTimes', {
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaTarget(recall.lambda)],
    })
    const journal = make('journal', {
      does: 'Vouches for the ledger: writes down, under a lock, what was written there',
      hurts: { harm: harms.journal, article: 'journal', tolerated: 5 },
      ...journalling,
      environment: { MAIN_TABLE, JOURNAL_BUCKET: data.journal.bucketName },
      // With the head and their marks they fit one transaction.
      follows: { table: data.ledger, atOnce: 90 },
    })
    Validations.of(journal.lambda.role ?? journal.lambda).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${data.arnAsNagSeesIt('ledger')}/stream/*]`,
      reason: 'Streams are listed by their table, and this one has no other stream',
    })
    const filesOf = {
      journal: [journal],
      exports: [staffApi, exportAudience, fulfilRequest, recall],
      copies: [fulfilRequest, subscriberApi],
      imports: [staffApi, importContacts],
    }
    for (const bucket of ['exports', 'imports', 'copies', 'journal'] as const) {
      for (const { lambda } of filesOf[bucket]) {
        Validations.of(lambda.role ?? lambda).acknowledge({
          id: `AwsSolutions-IAM5[Resource::${data.arnAsNagSeesIt(bucket)}/*]`,
          reason: 'Files are named at run time; the bucket holds nothing else',
        })
      }
    }

    serviceAlarms(this, { settings, unsubscribe, sendBatch, fulfilRequest, journal })
    this.front = new HttpFront(this, 'Front', {
      settings,
      staff,
      functions: {
        unsubscribe: unsubscribe.lambda,
        tracking: tracking.lambda,
        'subscriber-api': subscriberApi.lambda,
        'staff-api': staffApi.lambda,
        'campaign-api': campaignApi.lambda,
        'calls-api': callsApi.lambda,
      },
    })
  }
}
