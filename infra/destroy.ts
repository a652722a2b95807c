import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { carryOut } from './carry-out.ts'
import { destroyPlan } from './deploy-plan.ts'
import { keyPath } from './settings.ts'
import { stageOf, stageOptions } from './stage-options.ts'

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** `npm run destroy -- --stage <stage> -c trial=true [--confirm <stage>] [--dry-run]` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...stageOptions,
      confirm: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  })
  const stage = stageOf(values)
  const { stage: name, trial } = stage.settings
  const confirmed = values.confirm ?? (trial ? await asked(name) : '')
  await carryOut(stage, destroyPlan(stage, confirmed), values['dry-run'])
  console.log(
    `Left where they are: the buckets of ${name}, which may hold files, and the keys under ${keyPath(stage.settings)}.`,
  )
}

async function asked(stage: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(
    `Everything that ${stage} holds will be gone. Type its name to go on: `,
  )
  terminal.close()
  return answer.trim()
}
