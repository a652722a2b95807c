import * as v from 'valibot'
import {
  evaluateCondition,
  IntrinsicError,
  noValue,
  resolveIntrinsics,
  type TemplateScope,
} from './intrinsics.ts'
import type { Json, JsonObject } from './json.ts'
import { attributeValue, type Place, physicalName, refValue } from './resource-values.ts'
import { parameterMark } from './template-parameters.ts'

const jsonObject = v.custom<JsonObject>((value) => typeof value === 'object' && value !== null)

export const templateSchema = v.object({
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

export type Template = v.InferOutput<typeof templateSchema>

export type Stack = { name: string; template: Template; place: Place; scope: TemplateScope }

/** What names mean in one template; `stacks` are looked at only once a name leads to another one. */
export function scopeOf(
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
    ref: (name) => pseudo[name] ?? parameterIn(template, name) ?? refValue(named(name), place),
    attribute: (logicalId, attribute) => attributeValue(named(logicalId), attribute, place),
    exported: (name) => exportedValue(name, stacks),
    stackOutput: (stack, output) => outputValue(stack, output, stacks),
    condition: (name) => evaluateCondition(template.Conditions[name] ?? false, scope),
  }
  return scope
}

function parameterIn({ Parameters }: Template, name: string): Json | undefined {
  const parameter = Parameters[name]
  return parameter && (parameter.Default ?? parameterMark(name))
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
