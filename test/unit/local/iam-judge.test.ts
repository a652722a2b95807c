import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PolicyError } from '../../../infra/local/iam/condition.ts'
import { countGrants, grantLine } from '../../../infra/local/iam/grants.ts'
import { judge } from '../../../infra/local/iam/judge.ts'
import { denialLine, enforce } from '../../../infra/local/iam/permissions.ts'
import { type AccessRequest, readStatements } from '../../../infra/local/iam/statement.ts'

const main = 'arn:aws:dynamodb:eu-north-1:000000000000:table/Main'
const ofContacts = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['C#*'] } }
const allow = { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: main }

const put = (...keys: string[]): AccessRequest => ({
  action: 'dynamodb:PutItem',
  resource: main,
  context: { 'dynamodb:LeadingKeys': keys },
})
const read = (...statements: object[]) => readStatements({ Statement: statements }, 'test')
const allows = (statements: object[], request: AccessRequest) =>
  judge(read(...statements), request).allowed

describe('what a role allows', () => {
  it('is nothing where no statement says so', () => {
    expect(judge([], put('C#1'))).toEqual({ allowed: false, because: 'nothing allows it' })
    expect(allows([{ ...allow, Action: 'dynamodb:GetItem' }], put('C#1'))).toBe(false)
    expect(allows([{ ...allow, Resource: `${main}2` }], put('C#1'))).toBe(false)
    expect(allows([allow], put('C#1'))).toBe(true)
  })

  it('is taken away by a denial, whatever else allows it, in any order', () => {
    const deny = { ...allow, Effect: 'Deny', Condition: ofContacts }
    for (const statements of [
      [allow, deny],
      [deny, allow],
    ]) {
      expect(judge(read(...statements), put('C#1'))).toMatchObject({
        because: 'a statement denies it',
      })
      expect(allows(statements, put('T#1'))).toBe(true)
    }
  })

  it.each([
    [{ ...allow, Action: 'dynamodb:*' }, true],
    [{ ...allow, Action: 'DynamoDB:putitem' }, true],
    [{ ...allow, Action: 'dynamodb:Put?tem' }, true],
    [{ ...allow, Action: 'dynamodb:Put' }, false],
    [{ ...allow, Resource: '*' }, true],
    [{ ...allow, Resource: main.toUpperCase() }, false],
    [{ ...allow, Resource: main.replace('Main', 'M.in') }, false],
    [{ Effect: 'Allow', NotAction: 'dynamodb:GetItem', Resource: main }, true],
    [{ Effect: 'Allow', NotAction: 'dynamodb:Put*', Resource: main }, false],
    [{ Effect: 'Allow', Action: '*', NotResource: main }, false],
    [{ Effect: 'Allow', Action: '*', NotResource: `${main}2` }, true],
  ])('%j: %s', (statement, allowed) => {
    expect(allows([statement], put('C#1'))).toBe(allowed)
  })

  it.each([
    ['ForAllValues:StringLike', ['C#1', 'C#2'], true],
    ['ForAllValues:StringLike', ['C#1', 'T#2'], false],
    // A request without keys passes, as it does on AWS.
    ['ForAllValues:StringLike', [], true],
    ['ForAnyValue:StringLike', ['T#2', 'C#1'], true],
    ['ForAnyValue:StringLike', [], false],
    ['StringLike', [], false],
    ['StringNotLike', [], true],
    ['StringNotLike', ['C#1'], false],
    ['StringEquals', ['C#1'], false],
    ['StringEquals', ['C#*'], true],
  ])('%s of C#* over %j: %s', (operator, keys, allowed) => {
    const Condition = { [operator]: { 'dynamodb:LeadingKeys': 'C#*' } }
    expect(allows([{ ...allow, Condition }], put(...keys))).toBe(allowed)
  })

  it('asks all conditions together', () => {
    const Condition = { ...ofContacts, Bool: { 'aws:SecureTransport': true } }
    const request = put('C#1')
    const secure = { ...request.context, 'aws:SecureTransport': ['true'] }
    expect(allows([{ ...allow, Condition }], request)).toBe(false)
    expect(allows([{ ...allow, Condition }], { ...request, context: secure })).toBe(true)
  })

  it('never reaches a key that none of its patterns fits, whatever the keys are', () => {
    const statements = read({ ...allow, Condition: ofContacts })
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (keys) => {
        const within = keys.every((key) => key.startsWith('C#'))
        expect(judge(statements, put(...keys)).allowed).toBe(within)
      }),
    )
  })

  it.each([
    [{ ...allow, Condition: { StringLikeIfExists: { 'dynamodb:LeadingKeys': 'C#*' } } }],
    [{ ...allow, Condition: { 'ForSomeValues:StringLike': { 'dynamodb:LeadingKeys': 'C#*' } } }],
    [{ ...allow, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }],
    [{ ...allow, Condition: { StringEquals: { 'aws:SourceIp': '192.0.2.1' } } }],
    [{ ...allow, Principal: '*' }],
    [{ ...allow, Effect: 'Perhaps' }],
    [{ Effect: 'Allow', Resource: main }],
    [{ Effect: 'Allow', Action: 'a:b', NotAction: 'a:c', Resource: main }],
  ])('%j is an error, never a yes', (statement) => {
    expect(() => read(statement)).toThrow(PolicyError)
  })
})

describe('the report of grants', () => {
  const statements = readStatements(
    {
      Statement: [
        { ...allow, Action: ['dynamodb:PutItem', 'dynamodb:Query'], Condition: ofContacts },
        { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: ['arn:x', 'arn:x/'] },
        { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
        { Effect: 'Deny', Action: 's3:*', Resource: '*' },
      ],
    },
    'test',
  )
  const roles = [{ functionName: 'writer', statements }]

  it('names what was not used, and leaves out what AWS itself exercises', () => {
    const grants = countGrants(roles)
    const use = (request: AccessRequest) => {
      const verdict = judge(statements, request)
      grants.use(request, verdict.allowed ? verdict.by : [])
    }
    expect(grants.unused().map(grantLine)).toEqual([
      `unused writer dynamodb:PutItem on ${main} C#*`,
      `unused writer dynamodb:Query on ${main} C#*`,
      'unused writer ssm:GetParametersByPath on arn:x',
    ])
    use(put('C#1'))
    use({ action: 'ssm:GetParametersByPath', resource: 'arn:x/', context: {} })
    expect(grants.unused()).toEqual([
      { functionName: 'writer', action: 'dynamodb:Query', resource: `${main} C#*` },
    ])
  })

  it('counts nothing of a transaction of which one part was denied, and names that part alone', () => {
    const denials: string[] = []
    const permissions = enforce(
      roles,
      {
        region: 'eu-north-1',
        accountId: '000000000000',
        partitionKeys: new Map([['Main', 'pk']]),
        mailIdentities: [],
      },
      (denial) => denials.push(denialLine(denial)),
    )
    const TransactItems = ['C#kari', 'T#kari'].map((pk) => ({
      Put: { TableName: 'Main', Item: { pk: { S: pk } } },
    }))
    const { allowed } = permissions.decide(
      { name: 'writer', service: 'dynamodb' },
      {
        method: 'POST',
        url: '/',
        target: 'DynamoDB_20120810.TransactWriteItems',
        body: Buffer.from(JSON.stringify({ TransactItems })),
      },
    )
    expect(allowed).toBe(false)
    expect(permissions.unused()).toHaveLength(3)
    expect(denials).toEqual([
      `denied writer dynamodb:PutItem on ${main} (items of T#): nothing allows it`,
    ])
  })
})
