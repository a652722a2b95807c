import { beforeAll, describe, expect, test } from 'vitest'
import { roleStatements, type Statement } from './role-statements.ts'
import { entries, resources, type Stacks, synthesize } from './synthesized.ts'

let stacks: Stacks
let roles: Map<string, Statement[]>

beforeAll(() => {
  stacks = synthesize()
  roles = roleStatements(stacks)
})

/** Names of the functions with a statement that fits. */
const whoever = (fits: (statement: Statement) => boolean): string[] =>
  [...roles].filter(([, statements]) => statements.some(fits)).map(([name]) => name)

const statementsOf = (name: string, prefix: string): Statement[] =>
  (roles.get(name) ?? []).filter(({ actions }) =>
    actions.some((action) => action.startsWith(prefix)),
  )

describe('what each role may touch', () => {
  test('SEC-13 no function updates or deletes a ledger entry, or writes in bulk', () => {
    const onLedger = [...roles.values()]
      .flat()
      .filter(({ resources }) => resources.includes('Ledger'))
    expect(new Set(onLedger.flatMap(({ actions }) => actions))).toEqual(
      new Set(['dynamodb:PutItem', 'dynamodb:Query']),
    )
  })

  test('SEC-13 the journal adds, and changes or removes nothing: not in the ledger, not in its bucket', () => {
    const held = (roles.get('journal') ?? []).flatMap(({ actions }) => actions)
    expect(
      held.filter((action) => /Delete|Update|Retention|LegalHold|Bypass/.test(action)),
    ).toEqual([])
    expect(whoever(({ resources }) => resources.includes('Journal/*'))).toEqual(['journal'])
  })

  test('RIGHT-13 a data key dies only where a person is erased or a sign-up or letter is done with', () => {
    const deleters = [...roles].flatMap(([name, statements]) =>
      statements
        .filter(({ resources }) => resources.includes('Keys'))
        .filter(({ actions }) => actions.includes('dynamodb:DeleteItem'))
        .map(({ owners }) => [name, owners]),
    )
    expect(Object.fromEntries(deleters)).toEqual({
      'subscriber-api': ['S#*'],
      'send-letters': ['L#*'],
      'fulfil-request': ['C#*', 'R#*', 'S#*'],
    })
  })

  test('SEC-02 each function reads the secrets of its own purposes and no other', () => {
    const purposes = Object.fromEntries(
      [...roles.keys()].map((name) => [
        name,
        [
          ...new Set(
            statementsOf(name, 'ssm:')
              .flatMap(({ resources }) => resources)
              .map(
                (arn) => /parameter\/assent\/prod\/(?:keys\/)?([a-z]+)\/?$/.exec(arn)?.[1] ?? arn,
              ),
          ),
        ].sort(),
      ]),
    )
    expect(purposes).toEqual({
      unsubscribe: ['restore', 'ring', 'undo', 'unsubscribe'],
      tracking: ['hit', 'network'],
      'record-hits': ['restore'],
      'subscriber-api': [
        'address',
        'confirm',
        'download',
        'manage',
        'network',
        'origin',
        'receipt',
        'restore',
        'ring',
        'session',
        'undo',
        'unsubscribe',
      ],
      'staff-api': ['address', 'origin', 'restore', 'ring'],
      'campaign-api': ['origin', 'restore'],
      'calls-api': ['origin', 'restore', 'ring'],
      'plan-campaign': ['restore'],
      'send-batch': ['hit', 'restore', 'ring', 'unsubscribe'],
      'send-letters': ['confirm', 'download', 'manage', 'restore', 'ring', 'unsubscribe'],
      'fulfil-request': ['receipt', 'restore', 'ring'],
      'export-audience': ['ref', 'restore', 'ring'],
      'import-contacts': ['address', 'restore', 'ring'],
      recall: ['restore'],
      sweep: ['restore'],
      journal: [],
      'mail-events': ['address', 'restore', 'ring'],
    })
  })

  test('SEC-02 no function can change a secret', () => {
    const actions = [...roles.values()].flat().flatMap((statement) => statement.actions)
    expect(actions.filter((action) => action.startsWith('ssm:'))).toSatisfy((all: string[]) =>
      all.every((action) => action === 'ssm:GetParametersByPath'),
    )
  })

  test('staff cannot look at a person: their function reads jobs, requests and whose an address is, and opens what was written of a request alone', () => {
    const read = statementsOf('staff-api', 'dynamodb:')
      .filter(({ actions }) => /GetItem|Query|Scan/.test(actions.join()))
      .map((s) => [s.resources, s.owners])
    expect(read).toEqual([
      [['Main'], ['X#*', 'I#*', 'R#*']],
      [['Main'], ['X#*', 'O#*', 'I#*', 'R#*', 'W#*']],
      [['Main'], ['A#*']],
      [['Keys'], ['R#*']],
      [['Main'], ['RESTORE#*']],
    ])
    const onPeople = statementsOf('staff-api', 'dynamodb:').filter(({ owners }) =>
      owners.includes('C#*'),
    )
    expect(onPeople.map(({ actions }) => actions)).toEqual([
      ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
    ])
  })

  test('TRACK-03 the pixel knows no person: it reads campaigns, and writes nothing itself', () => {
    const tables = statementsOf('tracking', 'dynamodb:').map((s) => [s.actions, s.owners])
    expect(tables).toEqual([[['dynamodb:GetItem'], ['K#*']]])
  })

  test('TRACK-14 EXP-01 what somebody is interested in is for the order of their mail, their page and copy and the call list, and for nothing else', () => {
    const touches = whoever(({ owners }) => owners.includes('E#*'))
    expect(touches).toEqual([
      'record-hits',
      'subscriber-api',
      'calls-api',
      'send-batch',
      'fulfil-request',
      'sweep',
    ])
    for (const reader of ['send-batch', 'subscriber-api']) {
      const reading = statementsOf(reader, 'dynamodb:').filter(({ owners }) =>
        owners.includes('E#*'),
      )
      expect(reading.map(({ actions }) => actions)).toEqual([['dynamodb:Query']])
    }
  })

  test('TRACK-04 the day of a last open is for nobody who scores, selects or exports', () => {
    expect(whoever(({ owners }) => owners.includes('D#*'))).toEqual([
      'record-hits',
      'fulfil-request',
      'sweep',
    ])
    const readers = whoever(
      ({ owners, actions }) => owners.includes('D#*') && /Get|Query/.test(actions.join()),
    )
    expect(readers).toEqual(['fulfil-request'])
  })

  test('SUPP-06 the sweep alone walks through a table, and it can open no seal', () => {
    expect(whoever(({ actions }) => actions.includes('dynamodb:Scan'))).toEqual(['sweep'])
    const [walk, ...rest] = statementsOf('sweep', 'dynamodb:')
    expect([walk?.actions, walk?.resources]).toEqual([['dynamodb:Scan'], ['Main']])
    expect(rest.flatMap(({ resources }) => resources)).not.toContain('Keys')
    expect(statementsOf('sweep', 'ssm:').map(({ resources }) => resources)).toEqual([
      [expect.stringMatching(/parameter\/assent\/prod\/restore$/)],
    ])
  })

  test('all other access to items names whose items: no statement covers a whole table', () => {
    const items = [...roles.values()]
      .flat()
      .filter(({ actions }) => actions.some((action) => action.startsWith('dynamodb:')))
      .filter(({ actions }) => actions.join() !== 'dynamodb:Scan')
      .filter(({ resources }) => !resources.join().includes('stream'))
    expect(items.length).toBeGreaterThan(6)
    for (const { owners } of items) {
      expect(owners.length).toBeGreaterThan(0)
      expect(owners).not.toContain('*')
    }
  })

  test('no role lists more than it must or touches a table or queue itself', () => {
    const allowed =
      /^(dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)|dynamodb:(BatchGet|ConditionCheck|Delete|Get|Put|Update)Item|dynamodb:(Query|Scan)|kms:(Decrypt|DescribeKey|Encrypt|GenerateDataKey|GenerateDataKeyWithoutPlaintext|ReEncryptFrom|ReEncryptTo)|logs:(CreateLogStream|PutLogEvents)|s3:(AbortMultipartUpload|DeleteObject|GetObject|ListBucket|PutObject)|ses:(Get(Account|EmailIdentity)|Send(Bulk)?Email)|sqs:(DeleteMessage|GetQueueAttributes|ReceiveMessage|SendMessage)|ssm:GetParametersByPath)$/
    for (const { actions } of [...roles.values()].flat()) {
      for (const action of actions) expect(action).toMatch(allowed)
    }
  })

  test('the only wildcard resources are the files of a bucket, the streams of a table and what an account may send', () => {
    const wild = [...roles.values()]
      .flat()
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource.includes('*'))
    expect(new Set(wild)).toEqual(
      new Set(['*', 'Copies/*', 'Exports/*', 'Imports/*', 'Journal/*', 'Ledger/stream/*']),
    )
  })

  test('the data key opens nothing by itself, only through DynamoDB and S3', () => {
    const kms = [...roles.values()].flat().filter(({ actions }) => actions[0]?.startsWith('kms:'))
    const services = kms.map(({ condition }) => JSON.stringify(condition))
    expect(new Set(services)).toEqual(
      new Set(
        ['dynamodb', 's3'].map((service) =>
          JSON.stringify({
            StringEquals: {
              'kms:ViaService': {
                'Fn::Join': ['', [`${service}.eu-north-1.`, { Ref: 'AWS::URLSuffix' }]],
              },
            },
          }),
        ),
      ),
    )
  })

  test('SEND-02 only send-letters sends mail to people, from the letters address alone', () => {
    expect(whoever(({ actions }) => actions.includes('ses:SendEmail'))).toEqual([
      'campaign-api',
      'send-letters',
    ])
    const tries = statementsOf('campaign-api', 'ses:SendEmail')
    expect(tries.map(({ condition }) => condition)).toEqual([
      {
        StringEquals: { 'ses:FromAddress': 'news@nordlys.example' },
        'ForAllValues:StringLike': { 'ses:Recipients': ['*@nordlys.example'] },
      },
    ])
    expect(statementsOf('send-letters', 'ses:')[0]?.condition).toEqual({
      StringEquals: { 'ses:FromAddress': 'choices@nordlys.example' },
    })
  })

  test('SEND-02 only send-batch sends campaigns, from the marketing address alone', () => {
    expect(whoever(({ actions }) => actions.includes('ses:SendBulkEmail'))).toEqual(['send-batch'])
    expect(statementsOf('send-batch', 'ses:')[0]?.condition).toEqual({
      StringEquals: { 'ses:FromAddress': 'news@nordlys.example' },
    })
  })

  test('SEND-01 who asks SES of the domain and of the account, and of nothing else', () => {
    const asks = (action: string) => whoever(({ actions }) => actions.includes(action))
    expect(asks('ses:GetEmailIdentity')).toEqual(['campaign-api', 'plan-campaign'])
    expect(asks('ses:GetAccount')).toEqual(['send-batch'])
    const all = [...roles.values()].flat().filter(({ resources }) => resources.includes('*'))
    expect(all.map(({ actions }) => actions)).toEqual([['ses:GetAccount']])
  })

  test('who may hand work to whom', () => {
    const senders = Object.fromEntries(
      [
        'LettersQueue',
        'RequestQueue',
        'ExportQueue',
        'ImportQueue',
        'SweepQueue',
        'HitsQueue',
        'PlanQueue',
        'SendQueue',
      ].map((queue) => [
        queue,
        whoever((s) => s.actions.includes('sqs:SendMessage') && s.resources.includes(queue)),
      ]),
    )
    expect(senders).toEqual({
      LettersQueue: [
        'subscriber-api',
        'staff-api',
        'send-letters',
        'fulfil-request',
        'import-contacts',
        'sweep',
      ],
      RequestQueue: ['subscriber-api', 'staff-api', 'sweep'],
      ExportQueue: ['staff-api', 'export-audience'],
      ImportQueue: ['staff-api', 'import-contacts'],
      SweepQueue: ['staff-api', 'sweep'],
      HitsQueue: ['tracking'],
      PlanQueue: ['campaign-api', 'plan-campaign'],
      SendQueue: ['plan-campaign', 'send-batch'],
    })
  })

  test('who writes, reads, lists and removes which files', () => {
    const acts = [...roles].flatMap(([name, statements]) =>
      statements
        .filter(({ actions: [first] }) => first?.startsWith('s3:'))
        .map(({ actions, resources }) => [`${name} on ${resources}`, actions.join(' ')]),
    )
    expect(Object.fromEntries(acts)).toEqual({
      'subscriber-api on Copies/*': 's3:GetObject',
      'staff-api on Exports/*': 's3:GetObject',
      'fulfil-request on Exports/*': 's3:GetObject',
      'fulfil-request on Copies': 's3:ListBucket',
      'fulfil-request on Copies/*': 's3:DeleteObject s3:PutObject',
      'export-audience on Exports/*':
        's3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject',
      'staff-api on Imports/*': 's3:PutObject',
      'import-contacts on Imports/*': 's3:DeleteObject s3:GetObject',
      'recall on Exports/*': 's3:GetObject',
      'journal on Journal/*': 's3:GetObject s3:PutObject',
    })
  })

  test('each function has a role of its own, with no policy from elsewhere', () => {
    const functions = [...resources(stacks.service, 'AWS::Lambda::Function').values()]
    const used = functions.map(({ Properties }) => Properties.Role['Fn::GetAtt'][0])
    expect(new Set(used).size).toBe(entries.length)
    for (const role of resources(stacks.service, 'AWS::IAM::Role').values()) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined()
    }
  })

  test('each function is told only where the things are that it may touch', () => {
    const tables = { MAIN_TABLE: 'Main', LEDGER_TABLE: 'Ledger', KEYS_TABLE: 'Keys' }
    const queues = {
      LETTERS_QUEUE_URL: 'LettersQueue',
      REQUEST_QUEUE_URL: 'RequestQueue',
      EXPORT_QUEUE_URL: 'ExportQueue',
      SWEEP_QUEUE_URL: 'SweepQueue',
      PLAN_QUEUE_URL: 'PlanQueue',
      SEND_QUEUE_URL: 'SendQueue',
      HITS_QUEUE_URL: 'HitsQueue',
    }
    for (const { Properties } of resources(stacks.service, 'AWS::Lambda::Function').values()) {
      const name = String(Properties.FunctionName).replace('assent-prod-', '')
      const touched = new Set(
        (roles.get(name) ?? [])
          .filter(
            ({ actions: [first, ...more] }) =>
              !first?.startsWith('sqs:') || [first, ...more].includes('sqs:SendMessage'),
          )
          .flatMap(({ resources }) => resources),
      )
      for (const [variable, thing] of Object.entries({ ...tables, ...queues })) {
        const told = variable in Properties.Environment.Variables
        expect([name, variable, told]).toEqual([name, variable, touched.has(thing)])
      }
    }
  })
})
