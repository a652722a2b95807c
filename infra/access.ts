import type { Stack } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { KeyPurpose } from '../functions/platform/keyring.ts'
import {
  listFiles,
  onFiles,
  onItems,
  readParameters,
  readSecrets,
  sendTo,
  throughTables,
  walkThrough,
} from './constructs/permissions.ts'
import type { DataStack } from './data-stack.ts'
import type { MailStack } from './mail-stack.ts'
import { keyPath, restorePath, type Settings } from './settings.ts'

/** The Lambdas, one per trust boundary, trigger and set of permissions. */
export type FunctionName =
  | 'unsubscribe'
  | 'tracking'
  | 'record-hits'
  | 'subscriber-api'
  | 'staff-api'
  | 'campaign-api'
  | 'calls-api'
  | 'send-letters'
  | 'plan-campaign'
  | 'send-batch'
  | 'fulfil-request'
  | 'export-audience'
  | 'import-contacts'
  | 'recall'
  | 'sweep'
  | 'journal'
  | 'mail-events'

/** The queues by the work that waits in them. */
export type Queues = Record<
  'letters' | 'request' | 'export' | 'imports' | 'sweep' | 'plan' | 'send' | 'hits',
  Queue
>

// Whose items a partition holds, by the start of its key.
const address = 'A#'
const audit = 'AUDIT#'
const batch = 'B#'
/** A campaign, and its messages. */
const campaign = 'K#'
const contact = 'C#'
const exportJob = 'X#'
const importJob = 'I#'
/** What people followed that tells of an interest: only those may read it that this page names (EXP-01). */
const engagement = 'E#'
/** Whose mails one network has fetched within a minute, for ten. */
const fetchers = 'F#'
const feed = 'O#'
/** The day of somebody's last open, where a policy keeps that alone: for no score and no audience (TRACK-04). */
const lastOpen = 'D#'
/** Where the journal ends, and what stands in it. */
const journal = 'J#'
const letter = 'L#'
const membership = 'T#'
const rate = 'RATE#'
/** What was found of a number in the register of those who want no calls, for a month. */
const registerCheck = 'Q#'
/** Requests by month, and what is due; `RATE#` is no such. */
const request = 'R#'
/** Which restore the table is of. */
const restore = 'RESTORE#'
const signUp = 'S#'
/** A campaign's figures. */
const statistics = 'N#'
const sweepRun = 'W#'
/** In the ledger, suppressions that no longer know whose they were. */
const suppression = 'S#'

export type AccessProps = {
  settings: Settings
  data: DataStack
  mail: MailStack
  queues: Queues
}

/**
 * What each function may touch, on one page. The journeys' test run fails on whatever is denied here and
 * needed, and on whatever is allowed here and never used.
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
  // Whether a restore runs (RIGHT-13): all but two ask, since what they do can revive nobody.
  const gate = [
    onItems(main, [restore], ['BatchGetItem']),
    readParameters(stack, restorePath(settings)),
  ]

  return {
    unsubscribe: [
      onItems(main, [address, contact], ['BatchGetItem']),
      onItems(main, [contact, statistics], ['UpdateItem']),
      onItems(main, [feed, membership], ['PutItem']),
      onItems(main, [membership], ['DeleteItem']),
      onItems(ledger, [contact], ['PutItem', 'Query']),
      onItems(keys, [contact], ['BatchGetItem', 'ConditionCheckItem']),
      tables,
      ...gate,
      secrets('unsubscribe', 'undo', 'ring'),
    ],

    // It knows no person: it reads where a campaign's links lead, and hands on what it saw.
    tracking: [
      onItems(main, [campaign], ['GetItem']),
      tables,
      secrets('hit', 'network'),
      sendTo(queues.hits),
    ],

    // No seal is opened to count: neither keys nor secrets are its business.
    'record-hits': [
      onItems(main, [address, campaign, contact, fetchers], ['BatchGetItem']),
      // Of a contact only that they have acted, by following a link (SUPP-07).
      onItems(main, [campaign, contact, fetchers, lastOpen, statistics], ['UpdateItem']),
      onItems(main, [contact], ['ConditionCheckItem']),
      onItems(main, [engagement], ['Query', 'DeleteItem']),
      onItems(main, [engagement, statistics], ['PutItem']),
      tables,
      ...gate,
    ],

    'subscriber-api': [
      onItems(main, [address, contact, signUp], ['BatchGetItem', 'UpdateItem']),
      onItems(main, [address, contact], ['ConditionCheckItem']),
      onItems(main, [request], ['BatchGetItem', 'PutItem']),
      onItems(main, [address, contact, feed, membership, signUp], ['PutItem']),
      onItems(main, [address, contact], ['Query']),
      onItems(main, [address, contact, membership, request, signUp], ['DeleteItem']),
      onItems(main, [letter], ['PutItem']),
      onItems(main, [request], ['UpdateItem']),
      // What their own page tells a person that we take to interest them.
      onItems(main, [engagement], ['Query']),
      // An undo takes a stop out of the figures of the campaign through which it came.
      onItems(main, [statistics], ['UpdateItem']),
      onItems(keys, [letter], ['PutItem']),
      onItems(ledger, [contact], ['Query']),
      onItems(ledger, [contact, suppression], ['PutItem']),
      onItems(keys, [contact], ['ConditionCheckItem']),
      onItems(keys, [request], ['UpdateItem']),
      onItems(keys, [contact, signUp], ['BatchGetItem', 'PutItem']),
      onItems(keys, [signUp], ['DeleteItem']),
      tables,
      ...gate,
      secrets(
        'unsubscribe',
        'undo',
        'confirm',
        'manage',
        'session',
        'download',
        'receipt',
        'address',
        'ring',
        'network',
        'origin',
      ),
      ...onFiles(data.copies, data.key, ['GetObject']),
      sendTo(queues.letters, queues.request),
    ],

    'staff-api': [
      onItems(main, [exportJob, importJob, request], ['BatchGetItem', 'PutItem', 'UpdateItem']),
      onItems(main, [exportJob, feed, importJob, request, sweepRun], ['Query']),
      onItems(main, [request], ['DeleteItem']),
      // Whose a request is: their address is found by its hash, and the request is noted under them.
      onItems(main, [address], ['BatchGetItem']),
      onItems(main, [contact], ['ConditionCheckItem', 'PutItem']),
      onItems(ledger, [audit], ['PutItem']),
      onItems(keys, [request], ['BatchGetItem', 'PutItem', 'UpdateItem']),
      tables,
      ...gate,
      secrets('address', 'origin', 'ring'),
      ...onFiles(data.exports, data.key, ['GetObject']),
      // By a link for one file of a size: it reads none of them.
      ...onFiles(data.imports, data.key, ['PutObject']),
      sendTo(queues.export, queues.imports, queues.letters, queues.request, queues.sweep),
    ],

    'campaign-api': [
      onItems(main, [statistics], ['BatchGetItem', 'Query']),
      onItems(main, [campaign], ['BatchGetItem', 'DeleteItem', 'PutItem', 'Query', 'UpdateItem']),
      onItems(ledger, [audit], ['PutItem']),
      tables,
      ...gate,
      secrets('origin'),
      mail.mayReadDomain(),
      mail.mayTryOnColleagues(settings.colleagueDomain),
      sendTo(queues.plan),
    ],

    // It opens those whom a colleague may call; a call only ever takes away (CALL-03).
    'calls-api': [
      onItems(main, [engagement], ['Query']),
      onItems(main, [address, contact, registerCheck], ['BatchGetItem']),
      onItems(main, [address, contact], ['UpdateItem']),
      onItems(main, [contact], ['ConditionCheckItem']),
      onItems(main, [feed, registerCheck], ['PutItem']),
      onItems(main, [membership], ['DeleteItem']),
      onItems(ledger, [contact], ['Query']),
      onItems(ledger, [audit, contact, suppression], ['PutItem']),
      onItems(keys, [contact], ['BatchGetItem']),
      tables,
      ...gate,
      secrets('origin', 'ring'),
    ],

    'send-letters': [
      onItems(main, [address, contact, importJob, letter, request, signUp], ['BatchGetItem']),
      onItems(main, [address, rate, request, signUp], ['UpdateItem']),
      onItems(main, [letter], ['DeleteItem', 'PutItem']),
      onItems(keys, [contact, letter, request, signUp], ['BatchGetItem']),
      onItems(keys, [letter], ['DeleteItem']),
      tables,
      ...gate,
      secrets('unsubscribe', 'confirm', 'manage', 'download', 'ring'),
      mail.maySendLetters(),
      sendTo(queues.letters),
    ],

    // It knows who is a member and opens no seal.
    'plan-campaign': [
      onItems(main, [batch, campaign, membership], ['Query']),
      onItems(main, [campaign], ['BatchGetItem', 'ConditionCheckItem']),
      // Whoever is being erased while a campaign is cancelled keeps no message of it.
      onItems(main, [contact], ['BatchGetItem']),
      onItems(main, [batch, campaign], ['PutItem']),
      onItems(main, [campaign], ['UpdateItem']),
      onItems(main, [batch], ['UpdateItem']),
      onItems(main, [batch, campaign], ['DeleteItem']),
      // A campaign's figures are planned, too, and counted anew.
      onItems(main, [statistics], ['ConditionCheckItem', 'PutItem', 'Query', 'UpdateItem']),
      onItems(ledger, [audit], ['PutItem']),
      tables,
      ...gate,
      mail.mayReadDomain(),
      sendTo(queues.plan, queues.send),
    ],

    'send-batch': [
      onItems(main, [address, batch, campaign, contact], ['BatchGetItem']),
      // What interests whom, where blocks stand in an order of their own; of those alone who allow it.
      onItems(main, [batch, engagement], ['Query']),
      onItems(main, [batch, campaign, rate, statistics], ['UpdateItem']),
      onItems(main, [campaign], ['ConditionCheckItem']),
      // A message that was planned while its person was being erased goes with its batch.
      onItems(main, [batch, campaign], ['DeleteItem']),
      onItems(keys, [contact], ['BatchGetItem']),
      onItems(ledger, [audit], ['PutItem']),
      tables,
      ...gate,
      secrets('unsubscribe', 'hit', 'ring'),
      mail.maySendCampaigns(),
      mail.mayReadQuota(),
      sendTo(queues.send),
    ],

    'fulfil-request': [
      onItems(
        main,
        [address, campaign, contact, exportJob, lastOpen, letter, registerCheck, request, signUp],
        ['BatchGetItem'],
      ),
      onItems(main, [address, contact, request, statistics], ['UpdateItem']),
      onItems(main, [feed, membership], ['PutItem']),
      onItems(main, [membership], ['DeleteItem']),
      onItems(main, [address, campaign, contact, engagement, exportJob], ['Query']),
      onItems(
        main,
        [address, campaign, contact, engagement, lastOpen, registerCheck, request, signUp],
        ['DeleteItem'],
      ),
      onItems(main, [contact], ['ConditionCheckItem']),
      onItems(main, [letter], ['PutItem']),
      onItems(ledger, [contact], ['PutItem', 'Query']),
      onItems(ledger, [suppression], ['PutItem']),
      onItems(keys, [contact, letter, request, signUp], ['BatchGetItem']),
      onItems(keys, [contact], ['ConditionCheckItem']),
      onItems(keys, [request], ['UpdateItem']),
      onItems(keys, [contact, request, signUp], ['DeleteItem']),
      onItems(keys, [letter], ['PutItem']),
      tables,
      ...gate,
      secrets('receipt', 'ring'),
      ...onFiles(data.exports, data.key, ['GetObject']),
      listFiles(data.copies),
      ...onFiles(data.copies, data.key, ['DeleteObject', 'PutObject']),
      sendTo(queues.letters),
    ],

    'export-audience': [
      onItems(main, [address, contact], ['BatchGetItem']),
      onItems(main, [exportJob, feed, membership], ['Query']),
      onItems(main, [exportJob], ['PutItem', 'UpdateItem']),
      onItems(ledger, [audit], ['PutItem']),
      onItems(keys, [contact], ['BatchGetItem']),
      tables,
      ...gate,
      secrets('ring', 'ref'),
      ...onFiles(data.exports, data.key, [
        'AbortMultipartUpload',
        'DeleteObject',
        'GetObject',
        'PutObject',
      ]),
      sendTo(queues.export),
    ],

    // It makes contacts, and adds to them what nobody has said no to: it can end nothing, and tells no feed.
    'import-contacts': [
      onItems(main, [address, contact, importJob], ['BatchGetItem', 'UpdateItem']),
      onItems(main, [address], ['ConditionCheckItem']),
      onItems(main, [rate], ['UpdateItem']),
      onItems(main, [contact, importJob, membership], ['PutItem']),
      // Of a topic that stays off beside the one that is turned on.
      onItems(main, [membership], ['DeleteItem']),
      onItems(ledger, [audit, contact], ['PutItem']),
      onItems(keys, [contact], ['BatchGetItem', 'ConditionCheckItem', 'PutItem']),
      tables,
      ...gate,
      secrets('address', 'ring'),
      ...onFiles(data.imports, data.key, ['DeleteObject', 'GetObject']),
      sendTo(queues.imports, queues.letters),
    ],

    recall: [
      onItems(main, [exportJob], ['BatchGetItem', 'PutItem']),
      onItems(main, [exportJob, feed], ['Query']),
      tables,
      ...gate,
      ...onFiles(data.exports, data.key, ['GetObject']),
    ],

    // What a provider says of a mail only ever takes away: nothing here makes a membership or a contact.
    'mail-events': [
      onItems(main, [address, contact], ['BatchGetItem', 'UpdateItem']),
      onItems(main, [campaign], ['BatchGetItem', 'UpdateItem']),
      // Whether a letter about a request has arrived.
      onItems(main, [request], ['UpdateItem']),
      onItems(main, [statistics], ['Query', 'UpdateItem']),
      onItems(main, [feed], ['PutItem']),
      onItems(main, [membership], ['DeleteItem']),
      onItems(ledger, [contact], ['Query']),
      // What pauses itself says so in the audit trail.
      onItems(ledger, [audit, contact, suppression], ['PutItem']),
      onItems(keys, [contact], ['BatchGetItem']),
      tables,
      ...gate,
      secrets('address', 'ring'),
    ],

    // It meets everybody and opens no seal: neither keys nor secrets are its business.
    sweep: [
      walkThrough(main),
      onItems(main, [address, contact, request, sweepRun], ['BatchGetItem']),
      onItems(main, [contact, request, sweepRun], ['Query']),
      onItems(main, [feed, sweepRun], ['PutItem']),
      onItems(main, [address, campaign, contact, statistics, sweepRun], ['UpdateItem']),
      onItems(main, [address, engagement, lastOpen, membership], ['DeleteItem']),
      onItems(ledger, [contact, suppression], ['PutItem']),
      tables,
      ...gate,
      sendTo(queues.letters, queues.request, queues.sweep),
    ],

    // It is handed the ledger's changes, and can ask for none: not for a person, a key or a secret.
    journal: [
      onItems(main, [journal], ['BatchGetItem', 'PutItem']),
      tables,
      ...onFiles(data.journal, data.key, ['GetObject', 'PutObject']),
    ],
  }
}
