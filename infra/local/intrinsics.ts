import { isJsonObject, type Json, type JsonObject } from './json.ts'

/** Where the names in one template lead: its own resources, other stacks, its conditions. */
export type TemplateScope = {
  ref: (name: string) => Json
  attribute: (resource: string, attribute: string) => Json
  exported: (name: string) => Json
  stackOutput: (stack: string, output: string) => Json
  condition: (name: string) => boolean
}

export class IntrinsicError extends Error {}

type Resolver = (argument: Json, scope: TemplateScope) => Json

const resolvers: Record<string, Resolver> = {
  Ref: (argument, scope) => scope.ref(text(argument, 'Ref')),
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': sub,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::ImportValue': (argument, scope) =>
    scope.exported(text(resolveIntrinsics(argument, scope), 'Fn::ImportValue')),
  'Fn::GetStackOutput': getStackOutput,
  'Fn::If': choose,
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(resolveIntrinsics(argument, scope), 'Fn::Equals')
    return JSON.stringify(left) === JSON.stringify(right)
  },
  'Fn::And': (argument, scope) =>
    list(resolveIntrinsics(argument, scope), 'Fn::And').every((part) => part === true),
  'Fn::Or': (argument, scope) =>
    list(resolveIntrinsics(argument, scope), 'Fn::Or').some((part) => part === true),
  'Fn::Not': (argument, scope) => list(resolveIntrinsics(argument, scope), 'Fn::Not')[0] !== true,
}

/**
 * Replaces every CloudFormation intrinsic in a template value by what it stands for.
 * An intrinsic that is not known here throws: a silently wrong local stack is worse than none.
 */
export function resolveIntrinsics(value: Json, scope: TemplateScope): Json {
  if (Array.isArray(value)) {
    return value.map((part) => resolveIntrinsics(part, scope)).filter((part) => part !== noValue)
  }
  if (!isJsonObject(value)) return value
  const [name, ...others] = Object.keys(value)
  if (name !== undefined && others.length === 0 && isIntrinsic(name)) {
    const resolver = resolvers[name]
    if (!resolver) throw new IntrinsicError(`The intrinsic ${name} is not supported locally`)
    return resolver(value[name] ?? null, scope)
  }
  return resolveObject(value, scope)
}

/** What `AWS::NoValue` resolves to: the property or list entry is left out. */
export const noValue = '\u0000AWS::NoValue'

function resolveObject(value: JsonObject, scope: TemplateScope): JsonObject {
  const resolved: JsonObject = {}
  for (const [name, part] of Object.entries(value)) {
    const result = resolveIntrinsics(part, scope)
    if (result !== noValue) resolved[name] = result
  }
  return resolved
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::')
}

/** Evaluates one entry of a template's `Conditions`. */
export function evaluateCondition(value: Json, scope: TemplateScope): boolean {
  const expanded = expandConditionNames(value, scope)
  return resolveIntrinsics(expanded, scope) === true
}

// `Condition` names another condition only in here; IAM statements have a property of that name.
function expandConditionNames(value: Json, scope: TemplateScope): Json {
  if (Array.isArray(value)) return value.map((part) => expandConditionNames(part, scope))
  if (!isJsonObject(value)) return value
  if (typeof value.Condition === 'string') return scope.condition(value.Condition)
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, expandConditionNames(part, scope)]),
  )
}

function getAtt(argument: Json, scope: TemplateScope): Json {
  const [resource, ...attribute] =
    typeof argument === 'string'
      ? argument.split('.')
      : list(argument, 'Fn::GetAtt').map((part) => text(part, 'Fn::GetAtt'))
  if (resource === undefined || attribute.length === 0) {
    throw new IntrinsicError('Fn::GetAtt needs a resource and an attribute')
  }
  return scope.attribute(resource, attribute.join('.'))
}

function join(argument: Json, scope: TemplateScope): Json {
  const [delimiter, parts] = list(argument, 'Fn::Join')
  const resolved = list(resolveIntrinsics(parts ?? null, scope), 'Fn::Join')
  return resolved.map((part) => text(part, 'Fn::Join')).join(text(delimiter ?? null, 'Fn::Join'))
}

function sub(argument: Json, scope: TemplateScope): Json {
  const [template, variables] =
    typeof argument === 'string' ? [argument] : list(argument, 'Fn::Sub')
  const values = isJsonObject(variables) ? resolveObject(variables, scope) : {}
  return text(template ?? null, 'Fn::Sub').replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    const own = values[name]
    if (own !== undefined) return text(own, 'Fn::Sub')
    const value = name.includes('.') ? getAtt(name, scope) : scope.ref(name)
    return text(value, 'Fn::Sub')
  })
}

function select(argument: Json, scope: TemplateScope): Json {
  const [index, values] = list(resolveIntrinsics(argument, scope), 'Fn::Select')
  const chosen = list(values ?? null, 'Fn::Select')[Number(index)]
  if (chosen === undefined) throw new IntrinsicError(`Fn::Select has no entry ${String(index)}`)
  return chosen
}

function split(argument: Json, scope: TemplateScope): Json {
  const [delimiter, source] = list(resolveIntrinsics(argument, scope), 'Fn::Split')
  return text(source ?? null, 'Fn::Split').split(text(delimiter ?? null, 'Fn::Split'))
}

function getStackOutput(argument: Json, scope: TemplateScope): Json {
  const resolved = resolveIntrinsics(argument, scope)
  if (!isJsonObject(resolved)) throw new IntrinsicError('Fn::GetStackOutput needs an object')
  return scope.stackOutput(
    text(resolved.StackName ?? null, 'Fn::GetStackOutput'),
    text(resolved.OutputName ?? null, 'Fn::GetStackOutput'),
  )
}

function choose(argument: Json, scope: TemplateScope): Json {
  const [condition, yes, no] = list(argument, 'Fn::If')
  const chosen = scope.condition(text(condition ?? null, 'Fn::If')) ? yes : no
  return resolveIntrinsics(chosen ?? null, scope)
}

function list(value: Json, intrinsic: string): Json[] {
  if (!Array.isArray(value)) throw new IntrinsicError(`${intrinsic} needs a list`)
  return value
}

function text(value: Json, intrinsic: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new IntrinsicError(`${intrinsic} needs a text, found ${JSON.stringify(value)}`)
}
