import { originSecretParameter } from './origin-secret.ts'
import type { Settings } from './settings.ts'

/** One thing to do: a program with its arguments, the opening of the table, or the upload of the site. */
export type Step =
  | { kind: 'run'; says: string; command: readonly string[] }
  | { kind: 'open'; says: string }
  | { kind: 'publish'; says: string; stack: string; output: string }

export type Plan = { kind: 'steps'; steps: readonly Step[] } | { kind: 'refused'; reason: string }

export type Stage = {
  settings: Settings
  /** The settings as they were given, for the CDK's own command line. */
  context: Readonly<Record<string, string>>
}

/** Where the CDK writes what its stacks tell. */
export const outputsFile = (stage: string): string => `.build/outputs-${stage}.json`

/**
 * What a deployment does, in order. The secret is in the plan and must not be printed: `shown` masks it.
 *
 * @param keys what stands in Parameter Store: the purposes without a current key, and the origin secret.
 */
export function deployPlan(
  { settings, context }: Stage,
  keys: { missing: readonly string[]; originSecret: string | undefined },
): Plan {
  const { stage } = settings
  if (keys.missing.length > 0 || keys.originSecret === undefined) {
    return {
      kind: 'refused',
      reason: `Stage ${stage} has none that is current of: ${keys.missing.join(', ')}. Without it the functions could sign, open or serve nothing. Run "npm run keys -- init --stage ${stage}" first.`,
    }
  }
  const secret = `assent-${stage}-web:${originSecretParameter}=${keys.originSecret}`
  return {
    kind: 'steps',
    steps: [
      { kind: 'open', says: 'The table, where an earlier version has not opened it' },
      {
        kind: 'run',
        says: 'All stacks, each after those it needs',
        command: [
          ...['cdk', 'deploy', '--all', '--strict'],
          ...['--outputs-file', outputsFile(stage)],
          ...contextFlags(context),
          ...['--parameters', secret],
        ],
      },
      { kind: 'open', says: 'The table, if it is new' },
      {
        kind: 'publish',
        says: 'The pages, into the bucket that the CDN shows',
        stack: `assent-${stage}-web`,
        output: 'SiteBucket',
      },
    ],
  }
}

/**
 * What takes a trial stage away. The tables go first and alone: a stage that was ever deployed as more
 * than a trial is protected, CloudFormation refuses there, and nothing else has been touched.
 *
 * @param confirmed the stage's name, typed by whoever wants it gone.
 */
export function destroyPlan({ settings, context }: Stage, confirmed: string): Plan {
  const { stage, trial } = settings
  if (!trial) {
    return {
      kind: 'refused',
      reason: `Stage ${stage} is no trial: people may rely on it, and what it holds cannot be brought back. Only a stage that was deployed with -c trial=true can be destroyed.`,
    }
  }
  if (confirmed !== stage) {
    return {
      kind: 'refused',
      reason: `Nothing was destroyed. To destroy stage ${stage}, give its name: --confirm ${stage}`,
    }
  }
  const destroy = ['cdk', 'destroy', '--force', ...contextFlags(context)]
  return {
    kind: 'steps',
    steps: [
      {
        kind: 'run',
        says: 'The tables and their key, alone: refused where they are protected',
        command: [...destroy, '--exclusively', 'AssentData'],
      },
      { kind: 'run', says: 'Everything else', command: [...destroy, '--all'] },
    ],
  }
}

/** A step as a person may see it: never the secret. */
export function shown(step: Step): string {
  if (step.kind === 'open') return 'write the first restore generation, unless there is one'
  if (step.kind === 'publish') return `publish the site to ${step.stack} ${step.output}`
  return step.command
    .map((part) => part.replace(new RegExp(`(:${originSecretParameter}=).*`, 's'), '$1…'))
    .join(' ')
}

function contextFlags(context: Readonly<Record<string, string>>): string[] {
  return Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`])
}
