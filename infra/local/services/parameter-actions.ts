import * as v from 'valibot'
import type { ParameterStore, StoredParameters } from './parameter-store.ts'

export type ParameterAnswer = { status: number; body: unknown }

type Action = (input: unknown, store: ParameterStore) => ParameterAnswer

const pathInput = v.object({
  Path: v.string(),
  Recursive: v.optional(v.boolean(), false),
  WithDecryption: v.optional(v.boolean(), false),
  MaxResults: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10)), 10),
  NextToken: v.optional(v.string()),
})

const putInput = v.object({
  Name: v.string(),
  Value: v.string(),
  Type: v.optional(v.picklist(['String', 'StringList', 'SecureString']), 'String'),
  Overwrite: v.optional(v.boolean(), false),
})

const oneInput = v.object({ Name: v.string(), WithDecryption: v.optional(v.boolean(), false) })

const someInput = v.object({
  Names: v.pipe(v.array(v.string()), v.maxLength(10)),
  WithDecryption: v.optional(v.boolean(), false),
})

/** SSM Parameter Store's actions, as many as the product uses. */
const actions: Record<string, Action> = {
  PutParameter: (input, store) => {
    const { Name, Value, Type, Overwrite } = v.parse(putInput, input)
    const before = store.all[Name]
    if (before && !Overwrite) return fault('ParameterAlreadyExists', `${Name} already exists`)
    const Version = (before?.Version ?? 0) + 1
    store.all[Name] = { Type, Value, Version, LastModifiedDate: Date.now() / 1000 }
    store.save()
    return { status: 200, body: { Version, Tier: 'Standard' } }
  },
  GetParameter: (input, { all }) => {
    const { Name, WithDecryption } = v.parse(oneInput, input)
    const Parameter = shown(all, Name, WithDecryption)
    return Parameter ? { status: 200, body: { Parameter } } : fault('ParameterNotFound', Name)
  },
  GetParameters: (input, { all }) => {
    const { Names, WithDecryption } = v.parse(someInput, input)
    const Parameters = Names.flatMap((name) => shown(all, name, WithDecryption) ?? [])
    const InvalidParameters = Names.filter((name) => all[name] === undefined)
    return { status: 200, body: { Parameters, InvalidParameters } }
  },
  GetParametersByPath: (input, { all }) => {
    const { Path, Recursive, WithDecryption, MaxResults, NextToken } = v.parse(pathInput, input)
    const names = namesUnder(all, Path, Recursive)
    const start = NextToken === undefined ? 0 : names.indexOf(NextToken)
    if (start < 0) return fault('InvalidNextToken', 'The specified token is not valid.')
    const Parameters = names
      .slice(start, start + MaxResults)
      .flatMap((name) => shown(all, name, WithDecryption) ?? [])
    return { status: 200, body: { Parameters, NextToken: names[start + MaxResults] } }
  },
  DeleteParameter: (input, store) => {
    const { Name } = v.parse(v.object({ Name: v.string() }), input)
    if (store.all[Name] === undefined) return fault('ParameterNotFound', Name)
    delete store.all[Name]
    store.save()
    return { status: 200, body: {} }
  },
}

/** Answers one call; `action` is the name without its service, as in `GetParameter`. */
export function parameterAnswer(
  action: string,
  input: unknown,
  store: ParameterStore,
): ParameterAnswer {
  const perform = actions[action]
  if (!perform) return fault('UnknownOperationException', `Not played locally: ${action}`)
  try {
    return perform(input, store)
  } catch (error) {
    if (error instanceof v.ValiError) return fault('ValidationException', error.message)
    throw error
  }
}

function shown(all: StoredParameters, name: string, decrypt: boolean) {
  const stored = all[name]
  if (!stored) return undefined
  const Value = stored.Type === 'SecureString' && !decrypt ? 'encrypted' : stored.Value
  return { Name: name, ...stored, Value, DataType: 'text' }
}

function namesUnder(all: StoredParameters, path: string, recursive: boolean): string[] {
  const prefix = path.endsWith('/') ? path : `${path}/`
  return Object.keys(all)
    .filter((name) => name.startsWith(prefix))
    .filter((name) => recursive || !name.slice(prefix.length).includes('/'))
    .sort()
}

function fault(type: string, message: string): ParameterAnswer {
  return { status: 400, body: { __type: type, message } }
}
