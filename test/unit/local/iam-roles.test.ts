import { describe, expect, it } from 'vitest'
import type { Assembly, Resource } from '../../../infra/local/assembly.ts'
import { PolicyError } from '../../../infra/local/iam/condition.ts'
import type { Permissions } from '../../../infra/local/iam/permissions.ts'
import { readRoles } from '../../../infra/local/iam/roles.ts'
import { beyondJourneys } from '../../support/beyond-journeys.ts'
import { faultsOfRoles } from '../../support/e2e-permissions.ts'

const resource = (type: string, name: string, properties: Resource['properties']): Resource => ({
  stack: 'test',
  logicalId: name,
  type,
  name,
  region: 'eu-north-1',
  properties,
})

const document = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const fn = resource('AWS::Lambda::Function', 'writer', {
  Role: 'arn:aws:iam::000000000000:role/own',
})
const role = (properties: Resource['properties'] = {}) =>
  resource('AWS::IAM::Role', 'own', properties)

function actionsOf(...resources: Resource[]): string[] {
  const assembly: Assembly = { resources: [fn, ...resources], assets: new Map() }
  const [read] = readRoles(assembly, [
    { name: 'writer' } as Parameters<typeof readRoles>[1][number],
  ])
  return (read?.statements ?? []).flatMap(({ actions }) => actions)
}

describe('the role of a function', () => {
  it('is what stands in it and in every policy that names it, and nothing else', () => {
    const policy = (name: string, Roles: string[], action: string) =>
      resource('AWS::IAM::Policy', name, { Roles, PolicyDocument: document(action) })
    expect(
      actionsOf(
        role({ Policies: [{ PolicyName: 'inline', PolicyDocument: document('a:Inline') }] }),
        policy('one', ['own'], 'a:One'),
        policy('shared', ['other', 'own'], 'a:Shared'),
        policy('foreign', ['other'], 'a:Foreign'),
        resource('AWS::IAM::ManagedPolicy', 'managed', {
          Roles: ['own'],
          PolicyDocument: document('a:Managed'),
        }),
        resource('AWS::IAM::RolePolicy', 'single', {
          RoleName: 'own',
          PolicyDocument: document('a:Single'),
        }),
      ),
    ).toEqual(['a:Inline', 'a:One', 'a:Shared', 'a:Managed', 'a:Single'])
  })

  it.each([
    ['a policy from elsewhere', role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/Any'] })],
    ['a boundary', role({ PermissionsBoundary: 'arn:aws:iam::aws:policy/Any' })],
    ['no role in the assembly', resource('AWS::IAM::Role', 'other', {})],
  ])('with %s stops the start: it could not be enforced', (_, given) => {
    expect(() => actionsOf(given)).toThrow(PolicyError)
  })
})

describe('the end of the journeys', () => {
  const beyond = [
    'assent-local-subscriber-api dynamodb:ConditionCheckItem on table/assent-local-data-Main54E5 A#*',
    'assent-local-export-audience s3:AbortMultipartUpload on exports/*',
    'assent-local-import-contacts dynamodb:UpdateItem on table/assent-local-data-Main54E5 RATE#*',
    'assent-local-recall dynamodb:Query on table/assent-local-data-Main54E5 O#*',
    'assent-local-sweep dynamodb:DeleteItem on table/assent-local-data-Main54E5 A#*',
    'assent-local-plan-campaign dynamodb:DeleteItem on table/assent-local-data-Main54E5 K#*',
    'assent-local-mail-events dynamodb:PutItem on table/assent-local-data-Ledger54E5 AUDIT#*',
    'assent-local-record-hits dynamodb:UpdateItem on table/assent-local-data-Main54E5 D#*',
    'assent-local-record-hits dynamodb:DeleteItem on table/assent-local-data-Main54E5 E#*',
    'assent-local-sweep dynamodb:DeleteItem on table/assent-local-data-Main54E5 D#*',
    'assent-local-plan-campaign dynamodb:PutItem on table/assent-local-data-Ledger54E5 AUDIT#*',
    'assent-local-send-batch sqs:SendMessage on SendQueue',
    'assent-local-send-batch dynamodb:DeleteItem on table/assent-local-data-Main54E5 K#*',
    'journal s3:GetObject on JournalBucket/*',
  ]
  const grant = (line: string) => {
    const [functionName = '', action = '', , ...rest] = line.split(' ')
    return { functionName, action, resource: rest.join(' ') }
  }
  const denial = {
    functionName: 'writer',
    action: 'a:Denied',
    resource: '*',
    owners: [],
    because: 'nothing allows it',
  }
  const passed = { projectName: 'e2e', result: { state: 'pass' } }
  const faults = (unused: string[], denials = [denial].slice(1), ran = 2) =>
    faultsOfRoles(
      { denials: () => denials, unused: () => unused.map(grant) } as unknown as Permissions,
      {
        name: 'e2e',
        globTestFiles: async () => ({ testFiles: ['a', 'b'] }),
        vitest: {
          config: {},
          state: { getFiles: () => Array.from({ length: ran }, () => passed) },
        },
      } as unknown as Parameters<typeof faultsOfRoles>[1],
    )

  it('finds nothing where each grant was used, but those that no journey can use', async () => {
    expect(beyond).toHaveLength(beyondJourneys.length)
    expect(await faults(beyond)).toEqual([])
  })

  it('finds a grant that nobody used, and one that is listed as unused but was used', async () => {
    expect(await faults([...beyond, 'writer a:Needless on x'])).toEqual([
      'unused writer a:Needless on x',
    ])
    expect(await faults(beyond.slice(1))).toEqual([
      expect.stringContaining('no longer beyond the journeys'),
    ])
  })

  it('finds a denial always, and unused grants only when all files ran and passed', async () => {
    expect(await faults([...beyond, 'writer a:Needless on x'], [denial], 1)).toEqual([
      'denied writer a:Denied on *: nothing allows it',
    ])
  })
})
