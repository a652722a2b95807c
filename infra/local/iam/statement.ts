import * as v from 'valibot'
import { type Context, compileConditions, PolicyError } from './condition.ts'
import { anyOf } from './pattern.ts'

/** One thing that a call does to one resource, as IAM is asked about it. */
export type AccessRequest = { action: string; resource: string; context: Context }

export type Statement = {
  effect: 'Allow' | 'Deny'
  /** As written: what a grant is named by. */
  actions: readonly string[]
  resources: readonly string[]
  /** Patterns that the partition keys of items must fit; none where the statement does not say. */
  owners: readonly string[]
  covers: (request: AccessRequest) => boolean
}

const texts = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((text) => [text].flat()),
)
const values = v.pipe(
  v.union([v.string(), v.boolean(), v.array(v.union([v.string(), v.boolean()]))]),
  v.transform((value) => [value].flat().map(String)),
)

// Strict: a part of a statement that is not read here could forbid something.
const statementSchema = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: v.optional(texts),
  NotAction: v.optional(texts),
  Resource: v.optional(texts),
  NotResource: v.optional(texts),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), values)), {}),
})

const documentSchema = v.object({
  Statement: v.union([
    v.array(statementSchema),
    v.pipe(
      statementSchema,
      v.transform((one) => [one]),
    ),
  ]),
})

/** The statements of a policy document of a role. @throws {PolicyError} for what cannot be judged. */
export function readStatements(document: unknown, policyName: string): Statement[] {
  const parsed = v.safeParse(documentSchema, document)
  if (!parsed.success) {
    const [{ message }] = parsed.issues
    throw new PolicyError(`${policyName}: ${v.getDotPath(parsed.issues[0]) ?? ''} ${message}`)
  }
  return parsed.output.Statement.map((written) => compile(written, policyName))
}

function compile(written: v.InferOutput<typeof statementSchema>, policyName: string): Statement {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = written
  // Actions know no upper and lower case, resources do.
  const actionFits = oneOf(Action, NotAction, `${policyName}: Action`, 'i')
  const resourceFits = oneOf(Resource, NotResource, `${policyName}: Resource`)
  const holds = compileConditions(Condition)
  return {
    effect: Effect,
    actions: Action ?? [],
    resources: Resource ?? [],
    owners: Condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [],
    covers: ({ action, resource, context }) =>
      actionFits(action) && resourceFits(resource) && holds(context),
  }
}

function oneOf(
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
  what: string,
  flags = '',
): (text: string) => boolean {
  if (wanted !== undefined && unwanted === undefined) return anyOf(wanted, flags)
  if (unwanted === undefined || wanted !== undefined) {
    throw new PolicyError(`${what} must be given one way or the other`)
  }
  const excepted = anyOf(unwanted, flags)
  return (text) => !excepted(text)
}
