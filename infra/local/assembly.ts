import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import {
  evaluateCondition,
  IntrinsicError,
  noValue,
  resolveIntrinsics,
  type TemplateScope,
} from './intrinsics.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { accountId, attributeValue, type Place, physicalName, refValue } from './resource-values.ts'

/** A resource as it would exist after deployment: named, every property resolved. */
export type Resource = {
  stack: string
  logicalId: string
  type: string
  name: string
  region: string
  properties: JsonObject
}

export type Assembly = {
  resources: Resource[]
  /** Folder or file of each asset by its hash. */
  assets: ReadonlyMap<string, string>
}

const jsonObject = v.custom<JsonObject>((value) => typeof value === 'object' && value !== null)

const manifestSchema = v.object({
  artifacts: v.record(
    v.string(),
    v.object({
      type: v.string(),
      environment: v.optional(v.string(), 'aws://unknown-account/unknown-region'),
      properties: v.optional(
        v.object({
          templateFile: v.optional(v.string()),
          stackName: v.optional(v.string()),
          file: v.optional(v.string()),
        }),
        {},
      ),
    }),
  ),
})

const templateSchema = v.object({
  Resources: v.optional(
    v.record(
      v.string(),
      v.object({
        Type: v.string(),
        Properties: v.optional(jsonObject, {}),
        Condition: v.optional(v.string()),
      }),
    ),
    {},
  ),
  Outputs: v.optional(
    v.record(
      v.string(),
      v.object({ Value: v.custom<Json>(() => true), Export: v.optional(jsonObject) }),
    ),
    {},
  ),
  Conditions: v.optional(jsonObject, {}),
  Parameters: v.optional(
    v.record(v.string(), v.object({ Default: v.optional(v.custom<Json>(() => true)) })),
    {},
  ),
})

const assetsSchema = v.object({
  files: v.optional(
    v.record(v.string(), v.object({ source: v.object({ path: v.optional(v.string()) }) })),
    {},
  ),
})

type Template = v.InferOutput<typeof templateSchema>
type Stack = { name: string; template: Template; place: Place; scope: TemplateScope }

/** The region the local cloud plays when the app leaves it open. */
const defaultRegion = 'eu-north-1'

/**
 * Reads a synthesized cloud assembly and resolves every reference within and across its stacks.
 * `messagingUrl` is where SQS listens, since a queue's `Ref` is its URL.
 */
export function readAssembly(outdir: string, messagingUrl: string): Assembly {
  const manifest = v.parse(manifestSchema, readJson(join(outdir, 'manifest.json')))
  const stacks = new Map<string, Stack>()
  const assets = new Map<string, string>()
  for (const [id, artifact] of Object.entries(manifest.artifacts)) {
    const { templateFile, stackName, file } = artifact.properties
    if (artifact.type === 'aws:cloudformation:stack' && templateFile !== undefined) {
      const template = v.parse(templateSchema, readJson(join(outdir, templateFile)))
      const name = stackName ?? id
      const place = { region: regionOf(artifact.environment), accountId, messagingUrl }
      stacks.set(name, { name, template, place, scope: scopeOf(name, template, place, stacks) })
    }
    if (artifact.type === 'cdk:asset-manifest' && file !== undefined) {
      const { files } = v.parse(assetsSchema, readJson(join(outdir, file)))
      for (const [hash, { source }] of Object.entries(files)) {
        if (source.path !== undefined) assets.set(hash, join(outdir, source.path))
      }
    }
  }
  const resources = [...stacks.values()].flatMap(resourcesOf)
  return { resources, assets }
}

export function resourcesOfType(assembly: Assembly, ...types: string[]): Resource[] {
  return assembly.resources.filter((resource) => types.includes(resource.type))
}

function resourcesOf({ name: stack, template, place, scope }: Stack): Resource[] {
  return Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([logicalId, { Type, Properties }]) => {
      const properties = resolveIntrinsics(Properties, scope)
      if (!isJsonObject(properties)) throw new IntrinsicError(`${logicalId} has no properties`)
      const name = physicalName(Type, `${stack}-${logicalId}`, (key) => properties[key] ?? null)
      return { stack, logicalId, type: Type, name, region: place.region, properties }
    })
}

function scopeOf(
  stackName: string,
  template: Template,
  place: Place,
  stacks: ReadonlyMap<string, Stack>,
): TemplateScope {
  const named = (logicalId: string) => {
    const resource = template.Resources[logicalId]
    if (!resource) throw new IntrinsicError(`${stackName} has no resource ${logicalId}`)
    const property = (key: string) => resolveIntrinsics(resource.Properties[key] ?? null, scope)
    const name = physicalName(resource.Type, `${stackName}-${logicalId}`, property)
    return { type: resource.Type, name, property }
  }
  const pseudo = pseudoParameters(stackName, place)
  const scope: TemplateScope = {
    ref: (name) =>
      pseudo[name] ?? template.Parameters[name]?.Default ?? refValue(named(name), place),
    attribute: (logicalId, attribute) => attributeValue(named(logicalId), attribute, place),
    exported: (name) => exportedValue(name, stacks),
    stackOutput: (stack, output) => outputValue(stack, output, stacks),
    condition: (name) => evaluateCondition(template.Conditions[name] ?? false, scope),
  }
  return scope
}

function pseudoParameters(stack: string, place: Place): Record<string, string> {
  return {
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stack}/local`,
    'AWS::NoValue': noValue,
  }
}

function exportedValue(name: string, stacks: ReadonlyMap<string, Stack>): Json {
  for (const { template, scope } of stacks.values()) {
    for (const { Value, Export } of Object.values(template.Outputs)) {
      if (Export && resolveIntrinsics(Export.Name ?? null, scope) === name) {
        return resolveIntrinsics(Value, scope)
      }
    }
  }
  throw new IntrinsicError(`No stack exports ${name}`)
}

function outputValue(stack: string, output: string, stacks: ReadonlyMap<string, Stack>): Json {
  const found = stacks.get(stack)
  const declared = found?.template.Outputs[output]
  if (!found || !declared) throw new IntrinsicError(`Stack ${stack} has no output ${output}`)
  return resolveIntrinsics(declared.Value, found.scope)
}

// An environment reads `aws://<account>/<region>`, each part `unknown-…` where the app leaves it open.
function regionOf(environment: string): string {
  const region = environment.split('/')[3] ?? ''
  return region === '' || region.startsWith('unknown') ? defaultRegion : region
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
