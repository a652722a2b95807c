import { describe, expect, test } from 'vitest'
import { deployPlan, destroyPlan, type Plan, shown } from '../../infra/deploy-plan.ts'
import { stageOf } from '../../infra/stage-options.ts'

const ready = { missing: [], originSecret: 'S'.repeat(43) }
const trial = stageOf({ stage: 'try', c: ['trial=true'] })

const commands = (plan: Plan): string[] => {
  if (plan.kind === 'refused') throw new Error(plan.reason)
  return plan.steps.map(shown)
}

describe('npm run deploy', () => {
  test('deploys all stacks with the secret that the CDN sends, then the pages', () => {
    const plan = deployPlan(stageOf({ stage: 'blue', c: ['alarmEmail=a@nordlys.example'] }), ready)
    expect(commands(plan)).toEqual([
      'write the first restore generation, unless there is one',
      'cdk deploy --all --strict --outputs-file .build/outputs-blue.json -c alarmEmail=a@nordlys.example -c stage=blue --parameters assent-blue-web:OriginSecret=…',
      'write the first restore generation, unless there is one',
      'publish the site to assent-blue-web SiteBucket',
    ])
    const [, second] = plan.kind === 'steps' ? plan.steps : []
    expect(second?.kind === 'run' ? second.command.at(-1) : '').toBe(
      `assent-blue-web:OriginSecret=${ready.originSecret}`,
    )
  })

  test('refuses before anything is done when a key is missing, and says how to begin', () => {
    const missing = ['unsubscribe', 'origin']
    const plan = deployPlan(stageOf({ stage: 'blue' }), { missing, originSecret: undefined })
    expect(plan).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/unsubscribe, origin.*npm run keys -- init --stage blue/),
    })
  })

  test('refuses a region that the policy does not promise, with every setting that is wrong', () => {
    expect(() => stageOf({ stage: 'blue', region: 'us-east-1' })).toThrow('region must be one of')
    expect(() => stageOf({ c: ['trial'] })).toThrow('-c takes key=value, not trial')
  })
})

describe('npm run destroy', () => {
  test('takes the tables first and alone, where a protected stage is refused', () => {
    expect(commands(destroyPlan(trial, 'try'))).toEqual([
      'cdk destroy --force -c trial=true -c stage=try --exclusively AssentData',
      'cdk destroy --force -c trial=true -c stage=try --all',
    ])
  })

  test.each(['', 'Try', 'prod', 'try '])('does nothing when its name is given as %o', (name) => {
    expect(destroyPlan(trial, name)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('--confirm try'),
    })
  })

  test('does nothing to a stage that is no trial, whatever is confirmed', () => {
    expect(destroyPlan(stageOf({ stage: 'prod' }), 'prod')).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('is no trial'),
    })
  })
})
