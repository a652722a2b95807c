import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { staffOf, staffRoles } from '../../functions/platform/staff.ts'
import { assembly } from '../../infra/assembly.ts'
import {
  onlyResource,
  resource,
  resources,
  type Stacks,
  standInBundles,
  synthesize,
} from './synthesized.ts'

let stacks: Stacks

beforeAll(() => {
  stacks = synthesize()
})

describe('colleagues without an identity provider of the company', () => {
  test('are invited, have a second factor and a long password, and outlive the stack', () => {
    const pool = onlyResource(stacks.staff, 'AWS::Cognito::UserPool')
    expect(pool).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(pool.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    })
    const { PasswordPolicy } = pool.Properties.Policies
    expect(PasswordPolicy.MinimumLength).toBeGreaterThanOrEqual(12)
    expect(PasswordPolicy).toMatchObject({ RequireNumbers: true, RequireSymbols: true })
  })

  test('sign in by code with PKCE alone, for a token of a quarter of an hour', () => {
    const client = onlyResource(stacks.staff, 'AWS::Cognito::UserPoolClient').Properties
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: ['https://preferences.nordlys.example/console/'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AccessTokenValidity: 15,
      TokenValidityUnits: expect.objectContaining({ AccessToken: 'minutes' }),
    })
    // Neither a password nor a secret goes past the sign-in page.
    expect(client.ExplicitAuthFlows).toEqual(['ALLOW_REFRESH_TOKEN_AUTH'])
  })

  test('have a group for each role that the functions know', () => {
    const groups = [...resources(stacks.staff, 'AWS::Cognito::UserPoolGroup').values()]
    expect(groups.map(({ Properties }) => Properties.GroupName).sort()).toEqual(
      [...staffRoles].sort(),
    )
    const { Environment } = resource(
      stacks.service,
      'AWS::Lambda::Function',
      'staffapiFunction',
    ).Properties
    expect(Environment.Variables.STAFF_ROLES_CLAIM).toBe('cognito:groups')
  })

  test('are known to the gateway by their pool and client', () => {
    const { JwtConfiguration } = onlyResource(
      stacks.service,
      'AWS::ApiGatewayV2::Authorizer',
    ).Properties
    const outputOf = (value: { 'Fn::GetStackOutput': { OutputName: string } }) =>
      stacks.staff.Outputs?.[value['Fn::GetStackOutput'].OutputName]?.Value
    expect(JwtConfiguration.Audience.map(outputOf)).toEqual([
      { Ref: expect.stringMatching(/^PoolConsole/) },
    ])
    expect(outputOf(JwtConfiguration.Issuer)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Pool/), 'ProviderURL'],
    })
  })

  // An access token of Cognito as API Gateway hands its claims over: no `aud`, groups in one text.
  test.each<[string, readonly string[] | undefined]>([
    ['[marketing privacy]', ['marketing', 'privacy']],
    ['[viewer]', ['viewer']],
    ['[eu-north-1_a1b2_Federation]', undefined],
  ])('EXP-05 the groups %s open what they name and nothing else', (groups, roles) => {
    const claims = {
      sub: '00000000-0000-4000-8000-000000000001',
      client_id: 'abc',
      token_use: 'access',
      'cognito:groups': groups,
    }
    const event = { requestContext: { authorizer: { jwt: { claims, scopes: null } } } }
    const ask = () => staffOf(event as never, 'cognito:groups', staffRoles)
    if (roles === undefined) expect(ask).toThrow('forbidden')
    else expect(ask().roles).toEqual(roles)
  })

  test('and with one, there is no pool', () => {
    const own = synthesize({ issuer: 'https://login.nordlys.example/' })
    expect(own.staff.Resources).toEqual({})
    expect(onlyResource(own.service, 'AWS::ApiGatewayV2::Authorizer').Properties).toMatchObject({
      JwtConfiguration: { Issuer: 'https://login.nordlys.example/', Audience: ['assent-staff'] },
    })
  })
})

describe('a trial stage', () => {
  test('can be destroyed but for its buckets, and no other stage can', () => {
    const loose = synthesize({ trial: 'true' })
    const kept = ({ data, staff, service }: Stacks) =>
      [data, staff, service]
        .flatMap((stack) => Object.values(stack.Resources))
        .filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'))
        .map(({ Type }) => Type)
    expect(new Set(kept(loose))).toEqual(new Set(['AWS::S3::Bucket']))
    expect(kept(stacks)).toEqual(
      expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Cognito::UserPool']),
    )
    for (const { Properties } of resources(loose.data, 'AWS::DynamoDB::Table').values()) {
      expect(Properties.DeletionProtectionEnabled).toBe(false)
    }
    const outdir = mkdtempSync(join(tmpdir(), 'assent-trial-'))
    const app = assembly({ bundles: standInBundles(), context: { trial: 'true' }, outdir }).synth()
    for (const { terminationProtection } of app.stacks) expect(terminationProtection).toBe(false)
  })
})
