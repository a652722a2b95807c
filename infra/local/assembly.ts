import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { IntrinsicError, resolveIntrinsics } from './intrinsics.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { accountId, physicalName } from './resource-values.ts'
import { type Stack, scopeOf, templateSchema } from './stack.ts'

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

const assetsSchema = v.object({
  files: v.optional(
    v.record(v.string(), v.object({ source: v.object({ path: v.optional(v.string()) }) })),
    {},
  ),
})

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

// An environment reads `aws://<account>/<region>`, each part `unknown-…` where the app leaves it open.
function regionOf(environment: string): string {
  const region = environment.split('/')[3] ?? ''
  return region === '' || region.startsWith('unknown') ? defaultRegion : region
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
