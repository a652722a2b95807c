import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { policy } from '../policy.ts'
import { accessOf, type FunctionName } from './access.ts'
import { AssentFunction, type Job } from './constructs/assent-function.ts'
import { HttpFront } from './constructs/http-front.ts'
import { WorkQueue } from './constructs/work-queue.ts'
import type { DataStack } from './data-stack.ts'
import type { MailStack } from './mail-stack.ts'
import { keyPath, type Settings } from './settings.ts'

export type ServiceStackProps = StackProps & {
  settings: Settings
  /** Directory of the bundled functions. */
  bundles: string
  data: DataStack
  mail: MailStack
}

const answering = { timeout: Duration.seconds(10), memoryMb: 1024 }
const mailing = { timeout: Duration.seconds(30), memoryMb: 512 }
const fulfilling = { timeout: Duration.seconds(60), memoryMb: 512 }
const exporting = { timeout: Duration.minutes(5), memoryMb: 1024 }

/** Rows live for a moment: a small young generation keeps memory flat, and costs no time. */
const steadyMemory = '--max-semi-space-size=8'

/** The functions, the queues between them and the HTTP API in front of them. */
export class ServiceStack extends Stack {
  readonly front: HttpFront

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props)
    const { settings, bundles, data, mail } = props

    const letters = new WorkQueue(this, 'Letters', {
      harm: 'People wait for a mail they asked for: confirmations, links and answers to their requests.',
      workTimeout: mailing.timeout,
      // An outage of the mail service is waited out for an hour before a letter is set aside.
      attempts: 20,
    })
    const request = new WorkQueue(this, 'Request', {
      harm: 'A person asked to be deleted or objected, and it is not done while the legal deadline runs.',
      workTimeout: fulfilling.timeout,
      attempts: 5,
    })
    const exports = new WorkQueue(this, 'Export', {
      harm: 'A colleague waits for an audience file that will never be finished.',
      workTimeout: exporting.timeout,
      attempts: 5,
    })

    const queues = { letters: letters.queue, request: request.queue, export: exports.queue }
    const access = accessOf(this, { settings, data, mail, queues })
    const make = (name: FunctionName, job: Job) =>
      new AssentFunction(this, name, { settings, bundles, may: access[name], ...job })

    const ORIGIN = settings.origin
    const MAIN_TABLE = data.main.tableName
    const LEDGER_TABLE = data.ledger.tableName
    const KEYS_TABLE = data.keys.tableName
    const KEY_PATH = keyPath(settings)
    const people = { MAIN_TABLE, LEDGER_TABLE, KEYS_TABLE, KEY_PATH }
    const LETTERS_QUEUE_URL = letters.queue.queueUrl
    const REQUEST_QUEUE_URL = request.queue.queueUrl
    const EXPORT_QUEUE_URL = exports.queue.queueUrl
    const EXPORT_BUCKET = data.exports.bucketName
    const COPY_BUCKET = data.copies.bucketName

    const unsubscribe = make('unsubscribe', {
      does: 'Turns mail off from the link in a mail, for a person or their mailbox provider',
      ...answering,
      reserve: settings.unsubscribeReserve,
      environment: people,
    })
    const subscriberApi = make('subscriber-api', {
      does: 'Signs people up, confirms, and shows and changes what each person chose',
      ...answering,
      reserve: settings.subscriberReserve,
      environment: { ...people, LETTERS_QUEUE_URL, REQUEST_QUEUE_URL },
    })
    const staffApi = make('staff-api', {
      does: 'Starts and shows exports for signed-in staff',
      ...answering,
      environment: {
        MAIN_TABLE,
        LEDGER_TABLE,
        EXPORT_QUEUE_URL,
        EXPORT_BUCKET,
        KEY_PATH,
        STAFF_ROLES_CLAIM: settings.rolesClaim,
      },
    })
    make('send-letters', {
      does: 'Writes and sends the mails we owe a person',
      ...mailing,
      environment: {
        ORIGIN,
        MAIN_TABLE,
        KEYS_TABLE,
        KEY_PATH,
        LETTERS_QUEUE_URL,
        LETTERS_FROM: policy.mail.lettersFrom,
        LETTERS_CONFIGURATION_SET: mail.letters.configurationSetName,
      },
      worksOff: { queue: letters.queue, atOnce: 10, parallel: 5, continuesItself: true },
    })
    const fulfilRequest = make('fulfil-request', {
      does: 'Carries out what a person has a right to, such as their deletion',
      ...fulfilling,
      environment: { ...people, LETTERS_QUEUE_URL, COPY_BUCKET },
      worksOff: { queue: request.queue, atOnce: 1, parallel: 2 },
    })
    const exportAudience = make('export-audience', {
      does: 'Writes the file of everybody who may be addressed for one topic or purpose',
      ...exporting,
      environment: { ...people, EXPORT_QUEUE_URL, EXPORT_BUCKET, NODE_OPTIONS: steadyMemory },
      worksOff: { queue: exports.queue, atOnce: 1, parallel: 8, continuesItself: true },
    })
    const filesOf = { exports: [staffApi, exportAudience], copies: [fulfilRequest] }
    for (const bucket of ['exports', 'copies'] as const) {
      for (const { lambda } of filesOf[bucket]) {
        Validations.of(lambda.role ?? lambda).acknowledge({
          id: `AwsSolutions-IAM5[Resource::${data.arnAsNagSeesIt(bucket)}/*]`,
          reason: 'Files are named at run time; the bucket holds nothing else',
        })
      }
    }

    this.front = new HttpFront(this, 'Front', {
      settings,
      functions: {
        unsubscribe: unsubscribe.lambda,
        'subscriber-api': subscriberApi.lambda,
        'staff-api': staffApi.lambda,
      },
    })
  }
}
