import { anyOf } from './pattern.ts'

/** What a request says about itself, by condition key; a key that it does not know is absent. */
export type Context = Readonly<Partial<Record<ContextKey, readonly string[]>>>

const contextKeys = [
  'aws:SecureTransport',
  'dynamodb:LeadingKeys',
  'kms:ViaService',
  'ses:FromAddress',
  'ses:Recipients',
] as const
export type ContextKey = (typeof contextKeys)[number]

export type Condition = (context: Context) => boolean
export type WrittenConditions = Record<string, Record<string, string[]>>

/** A policy says something that the local cloud cannot judge, so nothing may start. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
}

type Operator = {
  fits: (wanted: readonly string[]) => (value: string) => boolean
  negated: boolean
}

const equals = (wanted: readonly string[]) => (value: string) => wanted.includes(value)
const like = (wanted: readonly string[]) => anyOf(wanted)
const bool = (wanted: readonly string[]) => (value: string) =>
  wanted.some((each) => each.toLowerCase() === value.toLowerCase())

const operators = new Map<string, Operator>(
  Object.entries({
    StringEquals: { fits: equals, negated: false },
    StringNotEquals: { fits: equals, negated: true },
    StringLike: { fits: like, negated: false },
    StringNotLike: { fits: like, negated: true },
    Bool: { fits: bool, negated: false },
  }),
)

/** All conditions of one statement, which must hold together. @throws {PolicyError} for what is unknown. */
export function compileConditions(written: WrittenConditions): Condition {
  const conditions = Object.entries(written).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileCondition(operator, key, values)),
  )
  return (context) => conditions.every((holds) => holds(context))
}

function compileCondition(written: string, key: string, wanted: string[]): Condition {
  const [, set = 'One', name = ''] = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/.exec(written) ?? []
  const operator = operators.get(name)
  if (operator === undefined) throw new PolicyError(`The condition ${written} is not known here`)
  const contextKey = contextKeys.find((known) => known.toLowerCase() === key.toLowerCase())
  if (contextKey === undefined) throw new PolicyError(`The condition key ${key} is not known here`)
  const { negated } = operator
  const fits = operator.fits(wanted)
  const holds = (value: string) => fits(value) !== negated
  return (context) => {
    const values = context[contextKey] ?? []
    switch (set) {
      // AWS: true when the request has no such key, so a scan passes it.
      case 'ForAllValues':
        return values.every(holds)
      case 'ForAnyValue':
        return values.some(holds)
      default:
        return values.length === 0 ? negated : values.every(holds)
    }
  }
}
