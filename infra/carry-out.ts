import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SSMClient } from '@aws-sdk/client-ssm'
import * as v from 'valibot'
import { buildSite } from '../web/build.ts'
import { findMain } from './audit/installation.ts'
import { outputsFile, type Plan, type Stage, type Step, shown } from './deploy-plan.ts'
import { publishSite } from './publish-site.ts'
import { openFirst } from './restore-generation.ts'
import { restorePath, type Settings } from './settings.ts'

const outputsSchema = v.record(v.string(), v.record(v.string(), v.string()))

/** Carries a plan out, or with `dryRun` only says it. @throws with the reason of a refusal. */
export async function carryOut(stage: Stage, plan: Plan, dryRun: boolean): Promise<void> {
  if (plan.kind === 'refused') throw new Error(plan.reason)
  for (const [index, step] of plan.steps.entries()) {
    console.log(`${index + 1}. ${step.says}\n   ${shown(step)}`)
    if (!dryRun) await take(step, stage)
  }
  if (dryRun) console.log('Nothing was done: --dry-run')
}

async function take(step: Step, { settings }: Stage): Promise<void> {
  const { stage, region } = settings
  if (step.kind === 'run') return run(step.command)
  if (step.kind === 'open') return open(settings)
  const outputs = v.parse(outputsSchema, JSON.parse(readFileSync(outputsFile(stage), 'utf8')))
  const bucket = outputs[step.stack]?.[step.output]
  if (bucket === undefined) throw new Error(`${step.stack} does not tell ${step.output}`)
  const dir = '.build/web'
  buildSite(dir)
  const keys = await publishSite({ s3: new S3Client({ region }), bucket, dir })
  console.log(`   ${keys.length} files are in ${bucket}`)
}

async function open(settings: Settings): Promise<void> {
  const { region } = settings
  const db = new DynamoDBClient({ region })
  const main = settings.mainTable || (await findMain(db, settings))
  if (main === undefined) return console.log('   there is no table yet')
  const parameters = { ssm: new SSMClient({ region }), path: restorePath(settings) }
  const outcome = await openFirst({ db, main }, parameters, new Date())
  console.log(`   ${main}: ${outcome}`)
}

/** The CDK asks on this terminal before it widens a permission. */
async function run([program = '', ...words]: readonly string[]): Promise<void> {
  const child = spawn(program, words, { stdio: 'inherit' })
  const [code] = await once(child, 'close')
  // Its words are left out: a secret may be among them.
  if (code !== 0) throw new Error(`${program} ended with ${code}; what it did before stands`)
}
