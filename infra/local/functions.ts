import { join } from 'node:path'
import * as v from 'valibot'
import { type Assembly, type Resource, resourcesOfType } from './assembly.ts'

const functionSchema = v.object({
  Code: v.object({ S3Key: v.string() }),
  Handler: v.string(),
  Runtime: v.string(),
  Timeout: v.optional(v.number(), 3),
  MemorySize: v.optional(v.number(), 128),
  ReservedConcurrentExecutions: v.optional(v.number()),
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.string()) })),
})

/** A Lambda as deployed: `module` is the bundle's file, `handler` the export in it. */
export type LambdaFunction = {
  name: string
  region: string
  module: string
  handler: string
  timeoutSeconds: number
  memoryMegabytes: number
  reservedConcurrency: number | undefined
  environment: Record<string, string>
}

/** All functions that have code of ours; those with inline code are the CDK's own deployment aids. */
export function readFunctions(assembly: Assembly): LambdaFunction[] {
  return resourcesOfType(assembly, 'AWS::Lambda::Function')
    .filter(({ properties }) => v.is(functionSchema, properties))
    .map((resource) => describe(resource, assembly))
}

function describe({ name, region, properties }: Resource, assembly: Assembly): LambdaFunction {
  const definition = v.parse(functionSchema, properties)
  const asset = assembly.assets.get(definition.Code.S3Key.replace(/\.zip$/, ''))
  if (asset === undefined) throw new Error(`The assembly has no code for ${name}`)
  const dot = definition.Handler.lastIndexOf('.')
  return {
    name,
    region,
    module: join(asset, `${definition.Handler.slice(0, dot)}.js`),
    handler: definition.Handler.slice(dot + 1),
    timeoutSeconds: definition.Timeout,
    memoryMegabytes: definition.MemorySize,
    reservedConcurrency: definition.ReservedConcurrentExecutions,
    environment: definition.Environment?.Variables ?? {},
  }
}
