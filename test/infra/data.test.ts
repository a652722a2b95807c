import { beforeAll, describe, expect, test } from 'vitest'
import { policy } from '../../policy.ts'
import { recordEn } from '../../web/locales/record-en.ts'
import { recordNb } from '../../web/locales/record-nb.ts'
import {
  onlyResource,
  type Resource,
  resource,
  resources,
  type Stacks,
  synthesize,
} from './synthesized.ts'

let stacks: Stacks
let tables: Map<string, Resource>

beforeAll(() => {
  stacks = synthesize()
  tables = resources(stacks.data, 'AWS::DynamoDB::Table')
})

describe('what must last', () => {
  test('the three tables are there with their keys, and nothing else is', () => {
    const shapes = [...tables].map(([name, { Properties }]) => [
      name,
      Properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName),
    ])
    expect(Object.fromEntries(shapes)).toEqual({
      Main: ['pk', 'sk'],
      Ledger: ['pk', 'sk'],
      Keys: ['pk'],
    })
  })

  test.for(['Main', 'Ledger', 'Keys'])('%s survives its stack, a slip and an update', (name) => {
    const table = tables.get(name)
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(table?.Properties.DeletionProtectionEnabled).toBe(true)
  })

  test('RIGHT-13 a backup remembers keys for one day, state for 28 and evidence for 35', () => {
    const days = [...tables].map(([name, { Properties }]) => {
      const recovery = Properties.PointInTimeRecoverySpecification
      expect(recovery.PointInTimeRecoveryEnabled).toBe(true)
      return [name, recovery.RecoveryPeriodInDays]
    })
    expect(Object.fromEntries(days)).toEqual({ Main: 28, Ledger: 35, Keys: 1 })
  })

  test('every table expires what has an end, and pays per request', () => {
    for (const { Properties } of tables.values()) {
      expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true })
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST')
    }
  })

  test('SEC-13 the ledger alone streams, with what was and what is', () => {
    const streams = [...tables].map(([name, { Properties }]) => [
      name,
      Properties.StreamSpecification?.StreamViewType,
    ])
    expect(Object.fromEntries(streams)).toEqual({
      Main: undefined,
      Ledger: 'NEW_AND_OLD_IMAGES',
      Keys: undefined,
    })
  })

  test('tables, exports and copies are encrypted with one key of the company, rotated and retained', () => {
    const key = onlyResource(stacks.data, 'AWS::KMS::Key')
    expect(key.Properties.EnableKeyRotation).toBe(true)
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    const ours = expect.objectContaining({
      'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'],
    })
    for (const { Properties } of tables.values()) {
      expect(Properties.SSESpecification).toEqual({
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: ours,
      })
    }
    for (const { Properties } of resources(stacks.data, 'AWS::S3::Bucket').values()) {
      const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration
      expect(rule.ServerSideEncryptionByDefault).toEqual({
        SSEAlgorithm: 'aws:kms',
        KMSMasterKeyID: ours,
      })
    }
  })

  test('exports and their member lists leave when the policy says so, unfinished uploads after a day', () => {
    const exports = resource(stacks.data, 'AWS::S3::Bucket', 'Exports')
    expect(exports.Properties.LifecycleConfiguration.Rules).toEqual([
      { Status: 'Enabled', Prefix: 'files/', ExpirationInDays: policy.retention.exports },
      { Status: 'Enabled', Prefix: 'members/', ExpirationInDays: policy.retention.recall },
      { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ])
    expect(policy.retention.exports).toBeLessThanOrEqual(2)
  })

  test('SUPP-06 a file of people to import leaves when the policy says so, however far it has been worked off', () => {
    const imports = resource(stacks.data, 'AWS::S3::Bucket', 'Imports')
    expect(imports.Properties.LifecycleConfiguration.Rules).toEqual([
      {
        Status: 'Enabled',
        ExpirationInDays: policy.retention.imports,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ])
  })

  test('RIGHT-08 copies leave after a day, whatever the sweep did', () => {
    const { LifecycleConfiguration } = resource(stacks.data, 'AWS::S3::Bucket', 'Copies').Properties
    expect(LifecycleConfiguration.Rules).toMatchObject([{ ExpirationInDays: 1 }])
  })

  test('SEC-13 nobody removes or replaces a journal object before its evidence is over', () => {
    const { Properties } = resource(stacks.data, 'AWS::S3::Bucket', 'Journal')
    const Days = policy.retention.evidence
    expect(Properties.ObjectLockEnabled).toBe(true)
    expect(Properties.ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days } },
    })
    expect(Properties.LifecycleConfiguration.Rules).toMatchObject([{ ExpirationInDays: Days }])
    const locked = [...resources(stacks.data, 'AWS::S3::Bucket').values()].filter(
      (bucket) => bucket.Properties.ObjectLockEnabled,
    )
    expect(locked).toHaveLength(1)
  })
})

describe.for(['data', 'web'] as const)('every bucket of the %s stack', (stack) => {
  test('is closed to the public and to plain http, and outlives the stack', () => {
    const buckets = resources(stacks[stack], 'AWS::S3::Bucket')
    for (const bucket of buckets.values()) {
      expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
      expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      })
    }
    const policies = resources(stacks[stack], 'AWS::S3::BucketPolicy')
    expect(policies.size).toBe(buckets.size)
    for (const { Properties } of policies.values()) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      )
    }
  })
})

describe('RIGHT-13 a restored copy', () => {
  const copied = { mainTable: 'assent-prod-main-restored', keysTable: 'assent-prod-keys-restored' }

  test('takes the place of a table in every function and role, and the table of the template stays', () => {
    const { data, service } = synthesize(copied)
    const tables = Object.values(data.Resources).filter(
      ({ Type }) => Type === 'AWS::DynamoDB::Table',
    )
    expect(tables).toHaveLength(3)
    const environments = Object.values(service.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.Environment.Variables)
    for (const { MAIN_TABLE, KEYS_TABLE = copied.keysTable } of environments) {
      expect([MAIN_TABLE, KEYS_TABLE]).toEqual([copied.mainTable, copied.keysTable])
    }
    const policies = JSON.stringify(
      Object.values(service.Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy'),
    )
    expect(policies).toContain(`:table/${copied.mainTable}`)
    expect(policies).not.toMatch(/GetAttMain|GetAttKeys/)
  })

  test('the record says for how long backups are kept', () => {
    for (const { measures } of [recordNb, recordEn]) {
      expect(measures.join()).toMatch(/28 .*35 /)
    }
  })
})
