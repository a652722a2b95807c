import { beforeAll, describe, expect, test } from 'vitest'
import { serviceExercised } from '../../infra/local/iam/service-exercised.ts'
import { roleStatements, type Statement } from './role-statements.ts'
import { synthesize } from './synthesized.ts'

let roles: Map<string, Statement[]>

beforeAll(() => {
  roles = roleStatements(synthesize())
})

const throughTables = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
].map((action) => `${action} on Key via dynamodb`)

const printing = (name: string) =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on ${name}Log`)

const polling = (queue: string) =>
  ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'].map(
    (action) => `${action} on ${queue}`,
  )

const following = (table: string) => [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
    (action) => `dynamodb:${action} on ${table} stream`,
  ),
  `dynamodb:ListStreams on ${table}/stream/*`,
]

/** No run of ours can use these grants, so here is all that AWS does in a function's name. */
const expected: Record<string, string[]> = {
  unsubscribe: [...throughTables, ...printing('unsubscribe')],
  tracking: [...throughTables, ...printing('tracking')],
  'record-hits': [...throughTables, ...printing('recordhits'), ...polling('HitsQueue')],
  'subscriber-api': [...throughTables, 'kms:Decrypt on Key via s3', ...printing('subscriberapi')],
  'staff-api': [
    ...throughTables,
    'kms:Decrypt on Key via s3',
    'kms:GenerateDataKey on Key via s3',
    ...printing('staffapi'),
  ],
  'send-letters': [...throughTables, ...printing('sendletters'), ...polling('LettersQueue')],
  'calls-api': [...throughTables, ...printing('callsapi')],
  'campaign-api': [...throughTables, ...printing('campaignapi')],
  'plan-campaign': [...throughTables, ...printing('plancampaign'), ...polling('PlanQueue')],
  'send-batch': [...throughTables, ...printing('sendbatch'), ...polling('SendQueue')],
  'fulfil-request': [
    ...throughTables,
    'kms:Decrypt on Key via s3',
    'kms:GenerateDataKey on Key via s3',
    ...printing('fulfilrequest'),
    ...polling('RequestQueue'),
  ],
  'export-audience': [
    ...throughTables,
    'kms:Decrypt on Key via s3',
    'kms:GenerateDataKey on Key via s3',
    ...printing('exportaudience'),
    ...polling('ExportQueue'),
  ],
  'import-contacts': [
    ...throughTables,
    'kms:Decrypt on Key via s3',
    ...printing('importcontacts'),
    ...polling('ImportQueue'),
  ],
  recall: [...throughTables, 'kms:Decrypt on Key via s3', ...printing('recall')],
  sweep: [...throughTables, ...printing('sweep'), ...polling('SweepQueue')],
  journal: [
    ...throughTables,
    'kms:Decrypt on Key via s3',
    'kms:GenerateDataKey on Key via s3',
    ...printing('journal'),
    ...following('Ledger'),
  ],
  'mail-events': [...throughTables, ...printing('mailevents'), ...polling('MailEventsQueue')],
}

describe('what AWS itself does with a role', () => {
  test.each(Object.keys(expected))(
    '%s holds exactly what its tables, files, log and queue need',
    (name) => {
      const held = (roles.get(name) ?? []).flatMap(({ actions, resources, condition }) =>
        actions
          .filter((action) => serviceExercised.has(action))
          .flatMap((action) =>
            resources.map((resource) => `${action} on ${resource}${via(condition)}`),
          ),
      )
      expect(held.sort()).toEqual([...(expected[name] ?? [])].sort())
    },
  )

  test('every function is here', () => {
    expect([...roles.keys()].sort()).toEqual(Object.keys(expected).sort())
  })

  test('no wildcard hides one: all other grants are for calls that functions make', () => {
    const others = [...roles.values()]
      .flat()
      .flatMap(({ actions }) => actions)
      .filter((action) => !serviceExercised.has(action))
    expect(others).toSatisfy((actions: string[]) =>
      actions.every((action) => /^(dynamodb|s3|ses|sqs|ssm):\w+$/.test(action)),
    )
  })
})

function via(condition: unknown): string {
  const service = /"(dynamodb|s3)\.eu-north-1\./.exec(JSON.stringify(condition ?? null))?.[1]
  return service === undefined ? '' : ` via ${service}`
}
