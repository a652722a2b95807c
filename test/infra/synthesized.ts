import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { assembly } from '../../infra/assembly.ts'

export type Resource = {
  Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a template is read here as CloudFormation reads it
  Properties: any
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}
export type Template = {
  Resources: Record<string, Resource>
  Outputs?: Record<string, { Value: unknown }>
  Parameters?: Record<string, Record<string, unknown>>
}
export type Stacks = Record<keyof typeof files, Template>

const files = {
  data: 'AssentData',
  mail: 'AssentMail',
  service: 'AssentService',
  edge: 'AssentEdge',
  staff: 'AssentStaff',
  web: 'AssentWeb',
  watch: 'AssentWatch',
} as const

/**
 * A stage's templates, synthesized with stand-ins for the bundles and without the validation by
 * CloudFormation's rules, which takes seconds: both are proved elsewhere.
 */
export function synthesize(context: Record<string, string> = {}): Stacks {
  const outdir = mkdtempSync(join(tmpdir(), 'assent-synth-'))
  vi.stubEnv('CDK_VALIDATION', 'false')
  try {
    assembly({ bundles: standInBundles(), context, outdir }).synth()
  } finally {
    vi.unstubAllEnvs()
  }
  // Not every stage has them all: the laptop has no edge.
  const read = (file: string): Template =>
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { Resources: {} }
  const stack = (name: keyof typeof files) => read(join(outdir, `${files[name]}.template.json`))
  return {
    data: stack('data'),
    mail: stack('mail'),
    service: stack('service'),
    edge: stack('edge'),
    staff: stack('staff'),
    web: stack('web'),
    watch: stack('watch'),
  }
}

/** Resources of one type, by logical id without the CDK's hash. */
export function resources({ Resources }: Template, type: string): Map<string, Resource> {
  const found = Object.entries(Resources).filter(([, { Type }]) => Type === type)
  if (found.length === 0) throw new Error(`no ${type} in the template`)
  return new Map(found.map(([id, resource]) => [plain(id), resource]))
}

/** The one resource of this type with this name. */
export function resource(template: Template, type: string, name: string): Resource {
  const found = resources(template, type).get(name)
  if (found === undefined) throw new Error(`no ${type} ${name} in the template`)
  return found
}

/** The only resource of this type. */
export function onlyResource(template: Template, type: string): Resource {
  const [first, ...others] = resources(template, type).values()
  if (first === undefined || others.length > 0) throw new Error(`not exactly one ${type}`)
  return first
}

/** A logical id without the hash the CDK puts at its end. */
export function plain(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '')
}

/** The names of all Lambdas: a file in `functions/entry/` each. */
export const entries: readonly string[] = readdirSync('functions/entry').map((file) =>
  file.replace(/\.ts$/, ''),
)

export function standInBundles(): string {
  const dir = mkdtempSync(join(tmpdir(), 'assent-bundles-'))
  for (const name of entries) {
    mkdirSync(join(dir, name))
    writeFileSync(join(dir, name, 'index.js'), `exports.handler = () => '${name}'`)
  }
  return dir
}
