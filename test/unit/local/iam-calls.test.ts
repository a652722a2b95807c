import { describe, expect, it } from 'vitest'
import type { CallReader, Inventory } from '../../../infra/local/iam/call.ts'
import { readDynamoDbCall } from '../../../infra/local/iam/dynamodb-call.ts'
import { readS3Call } from '../../../infra/local/iam/s3-call.ts'
import { readSesCall } from '../../../infra/local/iam/ses-call.ts'
import { readSqsCall } from '../../../infra/local/iam/sqs-call.ts'
import { readSsmCall } from '../../../infra/local/iam/ssm-call.ts'

const inventory: Inventory = {
  region: 'eu-north-1',
  accountId: '000000000000',
  partitionKeys: new Map([
    ['Main', 'pk'],
    ['Main/byTopic', 'topic'],
    ['Ledger', 'pk'],
  ]),
  mailIdentities: ['nordlys.example', 'choices@other.example'],
}

/** What the call needs, in short: `action on resource: keys`. */
function needs(reader: CallReader, request: Partial<Parameters<CallReader>[0]>) {
  const call = reader(
    { method: 'POST', url: '/', target: '', body: Buffer.alloc(0), ...request },
    inventory,
  )
  return call?.needs.map(({ action, resource, context }) => {
    const of = context['dynamodb:LeadingKeys'] ?? context['ses:FromAddress'] ?? []
    const path = resource.replace(/^arn:aws:\w+:(eu-north-1:000000000000)?:*/, '')
    return `${action} on ${path}${of.length > 0 ? `: ${of.join(' ')}` : ''}`
  })
}

const dynamodb = (operation: string, input: object) =>
  needs(readDynamoDbCall, {
    target: `DynamoDB_20120810.${operation}`,
    body: Buffer.from(JSON.stringify(input)),
  })
const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } })
const keyed = (pk: string) => ({ TableName: 'Main', Key: item(pk) })

describe('what a DynamoDB call needs', () => {
  it.each([
    ['GetItem', keyed('C#1'), ['dynamodb:GetItem on table/Main: C#1']],
    ['UpdateItem', keyed('C#1'), ['dynamodb:UpdateItem on table/Main: C#1']],
    ['DeleteItem', keyed('C#1'), ['dynamodb:DeleteItem on table/Main: C#1']],
    [
      'PutItem',
      { TableName: 'arn:aws:dynamodb:eu-north-1:000000000000:table/Main', Item: item('T#1') },
      ['dynamodb:PutItem on table/Main: T#1'],
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'Ledger', Item: item('C#1') } },
          { Update: keyed('C#1') },
          { Delete: keyed('T#1') },
          { ConditionCheck: keyed('A#1') },
        ],
      },
      [
        'dynamodb:PutItem on table/Ledger: C#1',
        'dynamodb:UpdateItem on table/Main: C#1',
        'dynamodb:DeleteItem on table/Main: T#1',
        'dynamodb:ConditionCheckItem on table/Main: A#1',
      ],
    ],
    [
      'TransactGetItems',
      { TransactItems: [{ Get: keyed('C#1') }, { Get: keyed('A#1') }] },
      ['dynamodb:GetItem on table/Main: C#1', 'dynamodb:GetItem on table/Main: A#1'],
    ],
    [
      'BatchGetItem',
      {
        RequestItems: {
          Main: { Keys: [item('C#1'), item('A#1')] },
          Ledger: { Keys: [item('C#1')] },
        },
      },
      [
        'dynamodb:BatchGetItem on table/Main: C#1 A#1',
        'dynamodb:BatchGetItem on table/Ledger: C#1',
      ],
    ],
    [
      'BatchWriteItem',
      {
        RequestItems: {
          Main: [{ PutRequest: { Item: item('C#1') } }, { DeleteRequest: { Key: item('T#1') } }],
        },
      },
      ['dynamodb:BatchWriteItem on table/Main: C#1 T#1'],
    ],
    [
      'Query',
      {
        TableName: 'Main',
        KeyConditionExpression: 'begins_with(sk, :sk) AND #p = :pk',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':sk': { S: 'R#' }, ':pk': { S: 'C#1' } },
      },
      ['dynamodb:Query on table/Main: C#1'],
    ],
    [
      'Query',
      {
        TableName: 'Main',
        IndexName: 'byTopic',
        KeyConditionExpression: 'topic=:t',
        ExpressionAttributeValues: { ':t': { S: 'news' } },
      },
      ['dynamodb:Query on table/Main/index/byTopic: news'],
    ],
    ['Scan', { TableName: 'Main' }, ['dynamodb:Scan on table/Main']],
  ])('%s', (operation, input, expected) => {
    expect(dynamodb(operation, input)).toEqual(expected)
  })

  it.each([
    ['a table nobody knows', 'GetItem', { TableName: 'Other', Key: item('C#1') }],
    ['an item without its key', 'PutItem', { TableName: 'Main', Item: { sk: { S: 'x' } } }],
    ['a transaction of nothing', 'TransactWriteItems', { TransactItems: [] }],
    [
      'a transaction with one part that is not known',
      'TransactWriteItems',
      { TransactItems: [{ Update: keyed('C#1') }, { Upsert: keyed('C#2') }] },
    ],
    [
      'a query by a condition without the partition key',
      'Query',
      {
        TableName: 'Main',
        KeyConditionExpression: 'sk = :sk',
        ExpressionAttributeValues: { ':sk': { S: 'C#1' } },
      },
    ],
    ['PartiQL', 'ExecuteStatement', { Statement: 'SELECT * FROM Main' }],
    ['a name from the prototype', 'constructor', { TableName: 'Main' }],
    ['an operation on the table', 'DeleteTable', { TableName: 'Main' }],
  ])('%s is not known, and so refused', (_, operation, input) => {
    expect(dynamodb(operation, input)).toBeUndefined()
  })
})

const json = (reader: CallReader, target: string, input: object, url = '/') =>
  needs(reader, { target, url, body: Buffer.from(JSON.stringify(input)) })

describe('what a call of another service needs', () => {
  it('SQS: the queue at the end of its URL; a batch counts as what it is a batch of', () => {
    const QueueUrl = 'http://127.0.0.1:3006/000000000000/letters'
    expect(json(readSqsCall, 'AmazonSQS.SendMessage', { QueueUrl })).toEqual([
      'sqs:SendMessage on letters',
    ])
    expect(json(readSqsCall, 'AmazonSQS.SendMessageBatch', { QueueUrl })).toEqual([
      'sqs:SendMessage on letters',
    ])
    expect(json(readSqsCall, 'AmazonSQS.ListQueues', {})).toBeUndefined()
  })

  it('SSM: the path as it is written, or each name', () => {
    expect(json(readSsmCall, 'AmazonSSM.GetParametersByPath', { Path: '/a/keys/undo/' })).toEqual([
      'ssm:GetParametersByPath on parameter/a/keys/undo/',
    ])
    expect(json(readSsmCall, 'AmazonSSM.GetParameters', { Names: ['/a/1', 'b'] })).toEqual([
      'ssm:GetParameters on parameter/a/1',
      'ssm:GetParameters on parameter/b',
    ])
    expect(json(readSsmCall, 'AmazonSSM.DescribeParameters', {})).toBeUndefined()
  })

  it.each([
    ['"Nordlys" <choices@nordlys.example>', 'nordlys.example: choices@nordlys.example'],
    ['choices@mail.nordlys.example', 'nordlys.example: choices@mail.nordlys.example'],
    ['choices@other.example', 'choices@other.example: choices@other.example'],
    ['"x <a@nordlys.example>" <b@evil.example>', 'evil.example: b@evil.example'],
    ['x@notnordlys.example', 'notnordlys.example: x@notnordlys.example'],
  ])('SES: %s speaks for %s', (FromEmailAddress, identity) => {
    const input = { FromEmailAddress, ConfigurationSetName: 'set' }
    const from = identity.split(': ')[1]
    expect(json(readSesCall, '', input, '/v2/email/outbound-emails')).toEqual([
      `ses:SendEmail on identity/${identity}`,
      `ses:SendEmail on configuration-set/set: ${from}`,
    ])
  })

  it('SES: many mails at once need a right of their own', () => {
    const input = { FromEmailAddress: 'news@nordlys.example', ConfigurationSetName: 'set' }
    expect(json(readSesCall, '', input, '/v2/email/outbound-bulk-emails')).toEqual([
      'ses:SendBulkEmail on identity/nordlys.example: news@nordlys.example',
      'ses:SendBulkEmail on configuration-set/set: news@nordlys.example',
    ])
  })

  it('SES: what is read of a domain and of the account needs a right of its own', () => {
    const read = (url: string) => needs(readSesCall, { method: 'GET', url })
    expect(read('/v2/email/identities/nordlys.example')).toEqual([
      'ses:GetEmailIdentity on identity/nordlys.example',
    ])
    expect(read('/v2/email/account')).toEqual(['ses:GetAccount on *'])
    expect(read('/v2/email/identities')).toBeUndefined()
    expect(read('/v2/email/configuration-sets')).toBeUndefined()
  })

  it('SES: any other operation is not known, and so refused', () => {
    const input = { FromEmailAddress: 'choices@nordlys.example' }
    expect(json(readSesCall, '', input, '/v2/email/identities')).toBeUndefined()
  })

  it.each([
    ['GET', '/exports/a/b.csv?x-id=GetObject', 's3:GetObject on exports/a/b.csv'],
    [
      'GET',
      '/exports/a%20b?X-Amz-Expires=60&response-content-type=x',
      's3:GetObject on exports/a b',
    ],
    ['HEAD', '/exports/a', 's3:GetObject on exports/a'],
    ['PUT', '/exports/a?x-id=PutObject', 's3:PutObject on exports/a'],
    ['POST', '/exports/a?uploads', 's3:PutObject on exports/a'],
    ['PUT', '/exports/a?partNumber=1&uploadId=u', 's3:PutObject on exports/a'],
    ['POST', '/exports/a?uploadId=u', 's3:PutObject on exports/a'],
    ['DELETE', '/exports/a?uploadId=u', 's3:AbortMultipartUpload on exports/a'],
    ['DELETE', '/exports/a', 's3:DeleteObject on exports/a'],
    ['GET', '/exports?list-type=2&prefix=a', 's3:ListBucket on exports'],
  ])('S3: %s %s', (method, url, expected) => {
    expect(needs(readS3Call, { method, url })).toEqual([expected])
  })

  it('S3: a deletion of several files needs each of them', () => {
    const body = Buffer.from(
      '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete>',
    )
    expect(needs(readS3Call, { url: '/exports?delete', body })).toEqual([
      's3:DeleteObject on exports/a&b',
      's3:DeleteObject on exports/c',
    ])
  })

  it.each([
    ['GET', '/'],
    ['GET', '/exports/a?versionId=1'],
    ['PUT', '/exports/a?acl'],
    ['PUT', '/exports?policy'],
    ['DELETE', '/exports'],
    ['GET', '/exports/%E0%A4%A'],
  ])('S3: %s %s is not known, and so refused', (method, url) => {
    expect(needs(readS3Call, { method, url })).toBeUndefined()
  })
})
