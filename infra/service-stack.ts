import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { KeyPurpose } from '../functions/platform/keyring.ts'
import { policy } from '../policy.ts'
import { AssentFunction, type AssentFunctionProps } from './constructs/assent-function.ts'
import { HttpFront } from './constructs/http-front.ts'
import { onFiles, onItems, readSecrets, sendTo, throughTables } from './constructs/permissions.ts'
import { WorkQueue } from './constructs/work-queue.ts'
import type { DataStack } from './data-stack.ts'
import type { MailStack } from './mail-stack.ts'
import { keyPath, type Settings } from './settings.ts'

export type ServiceStackProps = StackProps & {
  settings: Settings
  bundles: string
  data: DataStack
  mail: MailStack
}

const workTimeout = {
  letters: Duration.seconds(30),
  request: Duration.seconds(60),
  export: Duration.minutes(5),
}

/** The functions, the queues between them and the HTTP API in front of them. */
export class ServiceStack extends Stack {
  readonly front: HttpFront

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props)
    const { settings, data, mail } = props
    const { main, ledger, keys } = data
    const path = keyPath(settings)
    const secrets = (...purposes: KeyPurpose[]) => readSecrets(this, path, purposes)
    const tables = throughTables(data.key)

    const letters = new WorkQueue(this, 'Letters', {
      harm: 'People wait for a letter they asked for: confirmations, links and answers to their requests do not arrive.',
      workTimeout: workTimeout.letters,
      // An outage of the mail service is waited out for an hour before a letter is set aside.
      attempts: 20,
    })
    const request = new WorkQueue(this, 'Request', {
      harm: 'A person asked to be deleted or objected, and it is not done: the legal deadline is running.',
      workTimeout: workTimeout.request,
      attempts: 5,
    })
    const exports = new WorkQueue(this, 'Export', {
      harm: 'A colleague waits for an audience file that will never be finished.',
      workTimeout: workTimeout.export,
      attempts: 5,
    })

    const MAIN_TABLE = main.tableName
    const LEDGER_TABLE = ledger.tableName
    const KEYS_TABLE = keys.tableName
    const KEY_PATH = path
    const ORIGIN = settings.origin
    const LETTERS_QUEUE_URL = letters.queue.queueUrl
    const REQUEST_QUEUE_URL = request.queue.queueUrl
    const EXPORT_QUEUE_URL = exports.queue.queueUrl
    const EXPORT_BUCKET = data.exports.bucketName

    const make = (name: string, job: Omit<AssentFunctionProps, 'settings' | 'bundles'>) =>
      new AssentFunction(this, name, { settings, bundles: props.bundles, ...job })

    const unsubscribe = make('unsubscribe', {
      does: 'Turns mail off from the link in a mail, by a press or by the mailbox provider',
      timeout: Duration.seconds(10),
      memoryMb: 1024,
      reserve: settings.unsubscribeReserve,
      environment: { ORIGIN, MAIN_TABLE, LEDGER_TABLE, KEYS_TABLE, KEY_PATH, LETTERS_QUEUE_URL },
      may: [
        onItems(main, [
          'BatchGetItem',
          'ConditionCheckItem',
          'DeleteItem',
          'GetItem',
          'PutItem',
          'UpdateItem',
        ]),
        onItems(ledger, ['PutItem', 'Query']),
        onItems(keys, ['BatchGetItem', 'GetItem']),
        tables,
        secrets('unsubscribe', 'undo', 'ring'),
        sendTo(letters.queue),
      ],
    })

    const subscriberApi = make('subscriber-api', {
      does: 'Signs people up, confirms, and shows and changes what each person chose',
      timeout: Duration.seconds(10),
      memoryMb: 1024,
      environment: {
        ORIGIN,
        MAIN_TABLE,
        LEDGER_TABLE,
        KEYS_TABLE,
        KEY_PATH,
        LETTERS_QUEUE_URL,
        REQUEST_QUEUE_URL,
      },
      may: [
        onItems(main, [
          'BatchGetItem',
          'ConditionCheckItem',
          'DeleteItem',
          'GetItem',
          'PutItem',
          'UpdateItem',
        ]),
        onItems(ledger, ['PutItem', 'Query']),
        onItems(keys, ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem']),
        tables,
        secrets(
          'unsubscribe',
          'undo',
          'confirm',
          'manage',
          'session',
          'address',
          'ring',
          'network',
        ),
        sendTo(letters.queue, request.queue),
      ],
    })

    const staffApi = make('staff-api', {
      does: 'Starts and shows exports for signed-in staff',
      timeout: Duration.seconds(10),
      memoryMb: 512,
      environment: {
        MAIN_TABLE,
        LEDGER_TABLE,
        EXPORT_QUEUE_URL,
        EXPORT_BUCKET,
        STAFF_ROLES_CLAIM: settings.rolesClaim,
      },
      may: [
        onItems(main, ['GetItem', 'PutItem', 'Query', 'UpdateItem']),
        onItems(ledger, ['PutItem']),
        tables,
        sendTo(exports.queue),
        ...onFiles(data.exports, data.key, ['GetObject']),
      ],
    })

    const sendLetters = make('send-letters', {
      does: 'Writes and sends the mails we owe a person',
      timeout: workTimeout.letters,
      memoryMb: 512,
      continuesItself: true,
      environment: {
        ORIGIN,
        MAIN_TABLE,
        KEYS_TABLE,
        KEY_PATH,
        LETTERS_QUEUE_URL,
        LETTERS_FROM: policy.mail.lettersFrom,
        LETTERS_CONFIGURATION_SET: mail.letters.configurationSetName,
      },
      may: [
        onItems(main, ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem']),
        onItems(keys, ['BatchGetItem', 'DeleteItem', 'GetItem']),
        tables,
        secrets('unsubscribe', 'confirm', 'manage', 'ring'),
        sendTo(letters.queue),
        mail.maySendLetters(),
      ],
    })
    sendLetters.worksOff(letters.queue, { size: 10, parallel: 5 })

    const fulfilRequest = make('fulfil-request', {
      does: 'Carries out what a person has a right to, such as their deletion',
      timeout: workTimeout.request,
      memoryMb: 512,
      environment: { MAIN_TABLE, LEDGER_TABLE, KEYS_TABLE, KEY_PATH, LETTERS_QUEUE_URL },
      may: [
        onItems(main, [
          'BatchGetItem',
          'ConditionCheckItem',
          'DeleteItem',
          'GetItem',
          'PutItem',
          'Query',
          'UpdateItem',
        ]),
        onItems(ledger, ['PutItem', 'Query']),
        onItems(keys, ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem']),
        tables,
        secrets('ring', 'address'),
        sendTo(letters.queue),
      ],
    })
    fulfilRequest.worksOff(request.queue, { size: 1, parallel: 2 })

    const exportAudience = make('export-audience', {
      does: 'Writes the file of everybody who may be addressed for one purpose',
      timeout: workTimeout.export,
      memoryMb: 1024,
      continuesItself: true,
      environment: {
        MAIN_TABLE,
        LEDGER_TABLE,
        KEYS_TABLE,
        KEY_PATH,
        EXPORT_QUEUE_URL,
        EXPORT_BUCKET,
      },
      may: [
        onItems(main, [
          'BatchGetItem',
          'ConditionCheckItem',
          'GetItem',
          'PutItem',
          'Query',
          'UpdateItem',
        ]),
        onItems(ledger, ['PutItem']),
        onItems(keys, ['BatchGetItem', 'GetItem']),
        tables,
        secrets('ring', 'ref'),
        sendTo(exports.queue),
        ...onFiles(data.exports, data.key, [
          'AbortMultipartUpload',
          'DeleteObject',
          'GetObject',
          'PutObject',
        ]),
      ],
    })
    for (const { lambda } of [staffApi, exportAudience]) {
      Validations.of(lambda.role ?? lambda).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${data.exportsArnAsNagSeesIt}/*]`,
        reason: 'Files of an export are named at run time; the bucket holds nothing but exports',
      })
    }
    exportAudience.worksOff(exports.queue, { size: 1, parallel: 8 })

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
