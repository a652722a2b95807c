import { request } from 'node:http'
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFaultInjector } from '../../../infra/local/faults/fault-injector.ts'
import { grantLine } from '../../../infra/local/iam/grants.ts'
import { denialLine, enforce, type Permissions } from '../../../infra/local/iam/permissions.ts'
import { type RunningProxy, startProxy } from '../../../infra/local/iam/proxy.ts'
import { readStatements } from '../../../infra/local/iam/statement.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

let local: LocalTables
let proxy: RunningProxy
let permissions: Permissions
let lines: string[] = []
let as: (name: string) => ReturnType<typeof clientsOf>

const arn = (service: string, path: string) => `arn:aws:${service}:eu-north-1:000000000000:${path}`

beforeAll(async () => {
  local = await startTables({ messaging: true, mail: true, keys: true })
  await local.s3.send(new CreateBucketCommand({ Bucket: 'files' }))
  for (const QueueName of ['work', 'other']) {
    await local.sqs.send(new CreateQueueCommand({ QueueName }))
  }
  await local.ssm.send(new PutParameterCommand({ Name: '/own/1', Value: 'secret' }))
  const main = arn('dynamodb', `table/${local.tables.main}`)
  const ofContacts = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['C#*'] } }
  const writes = ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchGetItem']
  const statements = readStatements(
    {
      Statement: [
        { Effect: 'Allow', Action: writes, Resource: main, Condition: ofContacts },
        { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('sqs', 'work') },
        {
          Effect: 'Allow',
          Action: ['s3:PutObject', 's3:GetObject'],
          Resource: 'arn:aws:s3:::files/mine/*',
        },
        {
          Effect: 'Allow',
          Action: 'ses:SendEmail',
          Resource: [
            arn('ses', 'identity/nordlys.example'),
            arn('ses', 'configuration-set/letters'),
          ],
          Condition: { StringEquals: { 'ses:FromAddress': 'choices@nordlys.example' } },
        },
        {
          Effect: 'Allow',
          Action: 'ssm:GetParametersByPath',
          Resource: [arn('ssm', 'parameter/own'), arn('ssm', 'parameter/own/')],
        },
      ],
    },
    'worker',
  )
  const inventory = {
    ...local.deployment.inventory,
    partitionKeys: new Map(Object.values(local.tables).map((table) => [table, 'pk'])),
    mailIdentities: ['nordlys.example'],
  }
  permissions = enforce([{ functionName: 'worker', statements }], inventory, (denial) =>
    lines.push(denialLine(denial)),
  )
  proxy = await startProxy(0, {
    endpoints: local.endpoints,
    permissions,
    faults: createFaultInjector(),
  })
  const clients = new Map<string, ReturnType<typeof clientsOf>>()
  as = (name) => {
    const known = clients.get(name) ?? clientsOf(name, proxy.endpoint)
    clients.set(name, known)
    return known
  }
})

afterAll(async () => {
  await proxy.stop()
  await local.stop()
})

beforeEach(() => {
  lines = []
})

function clientsOf(name: string, endpoint: string) {
  const access = {
    endpoint,
    region: 'eu-north-1',
    maxAttempts: 1,
    credentials: { accessKeyId: name, secretAccessKey: 'local' },
  }
  return {
    dynamodb: new DynamoDBClient(access),
    s3: new S3Client({ ...access, forcePathStyle: true }),
    ses: new SESv2Client(access),
    sqs: new SQSClient(access),
    ssm: new SSMClient(access),
  }
}

const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' }, note: { S: 'a private note' } })
const put = (pk: string) => new PutItemCommand({ TableName: local.tables.main, Item: item(pk) })
const stored = async (pk: string) => {
  const { pk: key, sk } = item(pk)
  const Key = { pk: key, sk }
  return (await local.dynamodb.send(new GetItemCommand({ TableName: local.tables.main, Key }))).Item
}

describe('what a role allows', () => {
  it('reaches every service, and comes back as that service answered', async () => {
    const { dynamodb, s3, ses, sqs, ssm } = as('worker')
    await dynamodb.send(put('C#1'))
    const { Responses } = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { [local.tables.main]: { Keys: [{ pk: { S: 'C#1' }, sk: { S: 'x' } }] } },
      }),
    )
    const file = { Bucket: 'files', Key: 'mine/a b.txt' }
    await s3.send(new PutObjectCommand({ ...file, Body: 'x'.repeat(100_000) }))
    const { Body } = await s3.send(new GetObjectCommand(file))
    const { MessageId } = await sqs.send(
      new SendMessageCommand({ QueueUrl: `${proxy.endpoint}/000000000000/work`, MessageBody: 'x' }),
    )
    const letter = await ses.send(letterFrom('"Ola" <choices@nordlys.example>'))
    const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: '/own/' }))

    expect(Responses?.[local.tables.main]).toEqual([item('C#1')])
    expect(await Body?.transformToString()).toHaveLength(100_000)
    expect(MessageId).toBeDefined()
    expect(letter.MessageId).toBeDefined()
    expect(Parameters).toMatchObject([{ Name: '/own/1' }])
    expect(lines).toEqual([])
    expect(permissions.unused().map(grantLine)).toEqual([
      `unused worker dynamodb:DeleteItem on ${arn('dynamodb', `table/${local.tables.main}`)} C#*`,
    ])
  })

  it('goes with a presigned link, which whoever holds it uses in the signer’s name', async () => {
    const { s3 } = as('worker')
    await s3.send(new PutObjectCommand({ Bucket: 'files', Key: 'mine/link', Body: 'linked' }))
    const link = (Key: string) => getSignedUrl(s3, new GetObjectCommand({ Bucket: 'files', Key }))
    const mine = await fetch(await link('mine/link'))
    const other = await fetch(await link('other/link'))

    expect([mine.status, await mine.text()]).toEqual([200, 'linked'])
    expect([other.status, await other.text()]).toEqual([
      403,
      expect.stringContaining('AccessDenied'),
    ])
  })
})

describe('what a role does not allow', () => {
  const denials: [string, () => Promise<unknown>, string, string][] = [
    [
      'another action',
      () => as('worker').dynamodb.send(new ScanCommand({ TableName: local.tables.main })),
      'AccessDeniedException',
      'dynamodb:Scan on arn:aws:dynamodb:eu-north-1:000000000000:table/',
    ],
    [
      'somebody else’s item',
      () => as('worker').dynamodb.send(put('T#1')),
      'AccessDeniedException',
      '(items of T#)',
    ],
    [
      'one item of a transaction',
      () =>
        as('worker').dynamodb.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: { TableName: local.tables.main, Item: item('C#2') } },
              { Put: { TableName: local.tables.ledger, Item: item('C#2') } },
            ],
          }),
        ),
      'AccessDeniedException',
      'dynamodb:PutItem on',
    ],
    [
      'another queue',
      () =>
        as('worker').sqs.send(
          new SendMessageCommand({
            QueueUrl: `${proxy.endpoint}/000000000000/other`,
            MessageBody: 'x',
          }),
        ),
      'AccessDeniedException',
      'sqs:SendMessage on arn:aws:sqs:eu-north-1:000000000000:other',
    ],
    [
      'another folder',
      () =>
        as('worker').s3.send(new PutObjectCommand({ Bucket: 'files', Key: 'other/a', Body: 'x' })),
      'AccessDenied',
      's3:PutObject on arn:aws:s3:::files/other/a',
    ],
    [
      'another sender',
      () => as('worker').ses.send(letterFrom('news@nordlys.example')),
      'AccessDeniedException',
      'ses:SendEmail on arn:aws:ses:eu-north-1:000000000000:identity/nordlys.example',
    ],
    [
      'another secret',
      () => as('worker').ssm.send(new GetParametersByPathCommand({ Path: '/own/deep/' })),
      'AccessDeniedException',
      'ssm:GetParametersByPath on arn:aws:ssm:eu-north-1:000000000000:parameter/own/deep/',
    ],
    [
      'anybody who is no function',
      () => as('stranger').dynamodb.send(put('C#3')),
      'AccessDeniedException',
      'no function has this name',
    ],
  ]
  it.each(denials)(
    '%s is refused in the service’s own way, and named',
    async (_, act, name, said) => {
      await expect(act()).rejects.toMatchObject({ name })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain(said)
      expect(lines[0]).not.toContain('private')
    },
  )

  it('changes nothing', async () => {
    for (const pk of ['T#1', 'C#2', 'C#3']) expect(await stored(pk)).toBeUndefined()
  })

  it('is told for each file of a deletion, and none of them is gone', async () => {
    const { s3 } = as('worker')
    await s3.send(new PutObjectCommand({ Bucket: 'files', Key: 'mine/kept', Body: 'kept' }))
    const { Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'files', Delete: { Objects: [{ Key: 'mine/kept' }] } }),
    )
    const kept = await local.s3.send(new GetObjectCommand({ Bucket: 'files', Key: 'mine/kept' }))

    expect(Errors).toMatchObject([{ Key: 'mine/kept', Code: 'AccessDenied' }])
    expect(await kept.Body?.transformToString()).toBe('kept')
  })

  it('includes whether a file is there, for whoever may not list the bucket', async () => {
    const missing = new GetObjectCommand({ Bucket: 'files', Key: 'mine/none' })
    await expect(as('worker').s3.send(missing)).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(local.s3.send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' })
  })

  it('includes everything that is not signed', async () => {
    const answer = await fetch(`${proxy.endpoint}/files/mine/link`)
    expect(answer.status).toBe(403)
  })
})

describe('the proxy', () => {
  it('keeps its connections: many calls at once, and again after a pause, cost no error', async () => {
    const { dynamodb } = as('worker')
    const many = () =>
      Promise.all(Array.from({ length: 200 }, (_, n) => dynamodb.send(put(`C#${n}`))))
    await many()
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    await many()
    expect(await stored('C#199')).toEqual(item('C#199'))
  })

  it('gives a call up when its caller does, and lives on', async () => {
    const { dynamodb } = as('worker')
    const { port } = new URL(proxy.endpoint)
    const gone = request({
      port,
      method: 'PUT',
      path: '/files/mine/half',
      headers: signedFor('s3'),
    })
    gone.on('error', () => {})
    gone.write('half')
    await new Promise((resolve) => setTimeout(resolve, 50))
    gone.destroy()
    await dynamodb.send(put('C#after'))
    expect(await stored('C#after')).toBeDefined()
  })
})

const signedFor = (service: string) => ({
  'content-length': '1000',
  authorization: `AWS4-HMAC-SHA256 Credential=worker/20260101/eu-north-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
})

function letterFrom(FromEmailAddress: string): SendEmailCommand {
  const text = { Data: 'a private note' }
  return new SendEmailCommand({
    FromEmailAddress,
    ConfigurationSetName: 'letters',
    Destination: { ToAddresses: ['kari@example.org'] },
    Content: { Simple: { Subject: text, Body: { Text: text } } },
  })
}
