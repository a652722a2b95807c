import type { Stack } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { KeyPurpose } from '../functions/platform/keyring.ts'
import { onFiles, onItems, readSecrets, sendTo, throughTables } from './constructs/permissions.ts'
import type { DataStack } from './data-stack.ts'
import type { MailStack } from './mail-stack.ts'
import { keyPath, type Settings } from './settings.ts'

/** The Lambdas, one per trust boundary, trigger and set of permissions. */
export type FunctionName =
  | 'unsubscribe'
  | 'subscriber-api'
  | 'staff-api'
  | 'send-letters'
  | 'fulfil-request'
  | 'export-audience'

/** The queues by the work that waits in them. */
export type Queues = Record<'letters' | 'request' | 'export', Queue>

// Whose items a partition holds, by the start of its key.
const address = 'A#'
const audit = 'AUDIT#'
const contact = 'C#'
const exportJob = 'X#'
const feed = 'O#'
const letter = 'L#'
const membership = 'T#'
const rate = 'RATE#'
const signUp = 'S#'
/** In the ledger, suppressions that no longer know whose they were. */
const suppression = 'S#'

/** The items that one act of a person touches together. */
const person = [address, contact, feed, membership]

const read = ['BatchGetItem', 'GetItem'] as const
const write = ['ConditionCheckItem', 'DeleteItem', 'PutItem', 'UpdateItem'] as const

export type AccessProps = {
  settings: Settings
  data: DataStack
  mail: MailStack
  queues: Queues
}

/**
 * What each function may touch, on one page.
 *
 * Nobody updates or deletes a ledger entry (SEC-13), a data key dies only where a person is erased or
 * a sign-up or letter is done with (RIGHT-13), and each secret is read where it is used (SEC-02).
 */
export function accessOf(
  stack: Stack,
  { settings, data, mail, queues }: AccessProps,
): Record<FunctionName, PolicyStatement[]> {
  const { main, ledger, keys } = data
  const tables = throughTables(data.key)
  const secrets = (...purposes: KeyPurpose[]) => readSecrets(stack, keyPath(settings), purposes)

  return {
    unsubscribe: [
      onItems(main, person, [...read, ...write]),
      onItems(ledger, [contact, suppression], ['PutItem', 'Query']),
      onItems(keys, [contact], [...read, 'ConditionCheckItem']),
      tables,
      secrets('unsubscribe', 'undo', 'ring'),
    ],

    'subscriber-api': [
      onItems(main, [...person, signUp], [...read, ...write]),
      onItems(main, [contact], ['Query']),
      onItems(ledger, [contact, suppression], ['PutItem', 'Query']),
      onItems(keys, [contact, signUp], [...read, 'ConditionCheckItem', 'PutItem']),
      onItems(keys, [signUp], ['DeleteItem']),
      tables,
      secrets('unsubscribe', 'undo', 'confirm', 'manage', 'session', 'address', 'ring', 'network'),
      sendTo(queues.letters, queues.request),
    ],

    'staff-api': [
      onItems(main, [exportJob], ['GetItem', 'PutItem', 'Query', 'UpdateItem']),
      onItems(ledger, [audit], ['PutItem']),
      tables,
      ...onFiles(data.exports, data.key, ['GetObject']),
      sendTo(queues.export),
    ],

    'send-letters': [
      onItems(main, [address, contact, letter, signUp], read),
      onItems(main, [letter], ['DeleteItem', 'PutItem']),
      onItems(main, [address, rate, signUp], ['UpdateItem']),
      onItems(keys, [contact, letter, signUp], read),
      onItems(keys, [letter], ['DeleteItem']),
      tables,
      secrets('unsubscribe', 'confirm', 'manage', 'ring'),
      mail.maySendLetters(),
      sendTo(queues.letters),
    ],

    'fulfil-request': [
      onItems(main, [...person, letter, signUp], [...read, ...write, 'Query']),
      onItems(ledger, [contact, suppression], ['PutItem', 'Query']),
      onItems(keys, [contact, letter, signUp], [...read, 'ConditionCheckItem']),
      onItems(keys, [contact, signUp], ['DeleteItem']),
      onItems(keys, [letter], ['PutItem']),
      tables,
      secrets('ring'),
      sendTo(queues.letters),
    ],

    'export-audience': [
      onItems(main, [...person, exportJob], [...read, 'Query']),
      onItems(main, [exportJob], ['ConditionCheckItem', 'PutItem', 'UpdateItem']),
      onItems(ledger, [audit], ['PutItem']),
      onItems(keys, [contact], read),
      tables,
      secrets('ring', 'ref'),
      ...onFiles(data.exports, data.key, [
        'AbortMultipartUpload',
        'DeleteObject',
        'GetObject',
        'PutObject',
      ]),
      sendTo(queues.export),
    ],
  }
}
