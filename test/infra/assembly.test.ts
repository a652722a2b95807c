import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, CfnResource, Stack } from 'aws-cdk-lib'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { afterEach, describe, expect, test } from 'vitest'
import { assembly } from '../../infra/assembly.ts'
import { standInBundles, synthesize } from './synthesized.ts'

const exitCode = process.exitCode

// The CDK marks the whole process as failed when a validation fails, as some of these must.
afterEach(() => {
  process.exitCode = exitCode
})

/** Synthesizes the whole product with something planted in it. */
function synthesizeWith(plant: (stack: Stack) => void): () => void {
  const outdir = mkdtempSync(join(tmpdir(), 'assent-planted-'))
  const app: App = assembly({ bundles: standInBundles(), outdir })
  plant(new Stack(app, 'Planted'))
  return () => app.synth()
}

describe('the cloud assembly', () => {
  test('is the same, byte for byte, each time', () => {
    expect(JSON.stringify(synthesize())).toBe(JSON.stringify(synthesize()))
  })

  test('asks for no account and no look-up', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'assent-synth-'))
    assembly({ bundles: standInBundles(), outdir }).synth()
    const manifest = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))
    expect(manifest.missing ?? []).toEqual([])
    const stacks = Object.values<{ type: string; environment: string }>(manifest.artifacts).filter(
      ({ type }) => type === 'aws:cloudformation:stack',
    )
    const regions = stacks.map(({ environment }) =>
      environment.replace('aws://unknown-account/', ''),
    )
    expect(regions.filter((region) => region !== 'eu-north-1')).toEqual(['us-east-1'])
  })

  test('the stacks of two stages share no name', () => {
    const names = (stage: string) =>
      Object.values(synthesize({ stage }))
        .flatMap(({ Resources }) => Object.values(Resources))
        // The parts of an API or a pool and the policies of a role have names within it.
        .filter(
          ({ Type }) =>
            !/^AWS::(ApiGatewayV2::(Authorizer|Stage)|Cognito::UserPoolGroup|IAM::Policy)$/.test(
              Type,
            ),
        )
        .flatMap(({ Properties }) => Object.entries<unknown>(Properties ?? {}))
        .filter(([key, name]) => /Name$/.test(key) && typeof name === 'string')
        // A stage's own domain is a setting of that stage.
        .filter(([key]) => key !== 'MetricName' && key !== 'DomainName')
        .map(([, name]) => name)
    expect(names('one').length).toBeGreaterThan(5)
    const two = new Set(names('two'))
    expect(names('one').filter((name) => two.has(name))).toEqual([])
  })

  test('the data stack refuses to be deleted', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'assent-synth-'))
    const cloud = assembly({ bundles: standInBundles(), outdir }).synth()
    expect(cloud.getStackArtifact('AssentData').terminationProtection).toBe(true)
  })

  test('every recommended feature flag of the installed CDK is set', () => {
    const require = createRequire(import.meta.url)
    const recommended = require('aws-cdk-lib/recommended-feature-flags.json')
    expect(JSON.parse(readFileSync('cdk.json', 'utf8')).context).toEqual(recommended)
  })
})

describe('validation stops a synthesis', () => {
  test('that breaks a rule of AWS Solutions', () => {
    expect(synthesizeWith((stack) => new Queue(stack, 'Open'))).toThrow('AwsSolutions-SQS4')
  })

  test('that CloudFormation would refuse', () => {
    const nonsense = synthesizeWith(
      (stack) =>
        new CfnResource(stack, 'Nonsense', {
          type: 'AWS::SNS::Topic',
          properties: { Colour: 'green' },
        }),
    )
    expect(nonsense).toThrow('CloudFormation-Validate::F3002')
  })

  test('but not one in which what is planted is in order', () => {
    const topic = { type: 'AWS::SNS::Topic', properties: { DisplayName: 'Fine' } }
    expect(synthesizeWith((stack) => new CfnResource(stack, 'Fine', topic))).not.toThrow()
  })

  test('whatever is acknowledged has a reason of at least a sentence', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'assent-synth-'))
    const app = assembly({ bundles: standInBundles(), outdir })
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.entries<string>(data))
    expect(acknowledged.length).toBeGreaterThan(5)
    for (const [rule, reason] of acknowledged) {
      expect([rule, reason.split(' ').length > 6]).toEqual([rule, true])
    }
  })
})
