import type { Stage } from './deploy-plan.ts'
import { readSettings } from './settings.ts'

type Given = { stage?: string | undefined; region?: string | undefined; c?: string[] | undefined }

/** The options that name a stage: `--stage`, `--region`, and `-c key=value` for any other setting. */
export const stageOptions = {
  stage: { type: 'string' },
  region: { type: 'string' },
  c: { type: 'string', short: 'c', multiple: true },
} as const

/** @throws for a `-c` that is no `key=value`, and for settings that are wrong. */
export function stageOf({ stage, region, c = [] }: Given): Stage {
  const pairs = c.map((text) => {
    const [, key, value] = /^(\w+)=(.*)$/s.exec(text) ?? []
    if (key === undefined || value === undefined) throw new Error(`-c takes key=value, not ${text}`)
    return [key, value]
  })
  const context: Record<string, string> = {
    ...Object.fromEntries(pairs),
    ...(stage === undefined ? {} : { stage }),
    ...(region === undefined ? {} : { region }),
  }
  return { settings: readSettings({ tryGetContext: (key) => context[key] }), context }
}
