import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { services } from '../iam/call.ts'

/** What goes wrong with a call; the service hears of it only where that is said. */
const faults = [
  /** The service says "slower"; SDK clients wait and ask again. */
  'throttle',
  /** The service says that something in it broke. */
  'error',
  /** No answer at all, for as long as the caller waits. */
  'timeout',
  /** Another transaction was on one of the items; writes of DynamoDB alone. */
  'conflict',
  /** The connection breaks before the service hears of the call. */
  'cut-before',
  /** The service does what was asked, and its answer gets lost. */
  'cut-after',
  /** Of the mails of one `SendBulkEmail` one is refused, and the others leave. */
  'refuse-one',
] as const

const ruleSchema = v.pipe(
  v.strictObject({
    fault: v.picklist(faults),
    /** Whose calls: `dynamodb`, `s3`, `ses`, `sqs`, `ssm`; all when left out. */
    service: v.optional(v.picklist(services)),
    /** One operation of the service, such as `TransactWriteItems`; all when left out. */
    action: v.optional(v.string()),
    /** Name of the function that calls, with or without `assent-<stage>-`; all when left out. */
    function: v.optional(v.string()),
    /** How often, from 0 to 1; always when left out. */
    probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
    /** At most so many times. */
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
  v.check(
    ({ fault, service }) => fault !== 'conflict' || service === 'dynamodb',
    'a conflict is a fault of the service dynamodb',
  ),
  v.check(
    ({ fault, service }) => fault !== 'refuse-one' || service === 'ses',
    'only ses takes many at once and refuses one',
  ),
)

const planSchema = v.strictObject({
  /** The same seed gives the same faults to the same calls in the same order. */
  seed: v.optional(v.pipe(v.number(), v.integer()), 1),
  rules: v.array(ruleSchema),
})

export type FaultKind = (typeof faults)[number]
export type FaultRule = v.InferInput<typeof ruleSchema>
export type ParsedRule = v.InferOutput<typeof ruleSchema>
export type FaultPlan = v.InferOutput<typeof planSchema>

/** @throws for rules that say nothing that can be done, naming the place. */
export function parseFaultPlan(input: unknown, source: string): FaultPlan {
  const parsed = v.safeParse(planSchema, input)
  if (parsed.success) return parsed.output
  const told = parsed.issues.map((issue) => {
    const place = v.getDotPath(issue)
    return place === null ? issue.message : `${place}: ${issue.message}`
  })
  throw new Error(`${source} holds no faults: ${told.join('; ')}`)
}

/** Reads the JSON file that `npm start -- --faults` names. */
export function readFaultPlan(file: string): FaultPlan {
  return parseFaultPlan(jsonIn(file), file)
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${file} cannot be read as JSON: ${reason}`, { cause })
  }
}
