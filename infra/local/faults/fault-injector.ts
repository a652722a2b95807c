import type { Caller } from '../iam/caller.ts'
import {
  type FaultKind,
  type FaultPlan,
  type FaultRule,
  type ParsedRule,
  parseFaultPlan,
} from './rule.ts'
import { seeded } from './seeded.ts'

export type FaultInjector = {
  /** From now on calls go wrong by these rules; the first one that strikes decides. */
  set: (rules: readonly FaultRule[], seed?: number) => void
  clear: () => void
  /** How often each rule has struck, in their order, since they were set. */
  struck: () => number[]
  /** What shall happen to this call; nothing for the service's own answer. */
  strike: (caller: Caller, operation: string) => FaultKind | undefined
}

/** Makes calls of functions go wrong, the same way again with the same seed. */
export function createFaultInjector(plan: FaultPlan = { seed: 1, rules: [] }): FaultInjector {
  let { rules } = plan
  let random = seeded(plan.seed)
  let struck = rules.map(() => 0)
  const use = (next: FaultPlan) => {
    rules = next.rules
    random = seeded(next.seed)
    struck = rules.map(() => 0)
  }
  return {
    set: (next, seed = 1) => use(parseFaultPlan({ seed, rules: next }, 'The list of rules')),
    clear: () => use({ seed: 1, rules: [] }),
    struck: () => [...struck],
    strike: (caller, operation) => {
      const index = rules.findIndex((rule, place) => {
        const spent = rule.times !== undefined && (struck[place] ?? 0) >= rule.times
        return !spent && concerns(rule, caller, operation) && random() < rule.probability
      })
      const rule = rules[index]
      if (rule === undefined) return undefined
      struck[index] = (struck[index] ?? 0) + 1
      return rule.fault
    },
  }
}

function concerns(rule: ParsedRule, { name, service }: Caller, operation: string): boolean {
  return (
    (rule.service === undefined || rule.service === service) &&
    (rule.action === undefined || rule.action === operation) &&
    (rule.function === undefined || name === rule.function || name.endsWith(`-${rule.function}`)) &&
    (rule.fault !== 'conflict' || contended.has(operation)) &&
    (rule.fault !== 'refuse-one' || operation === 'SendBulkEmail')
  )
}

/** The operations that DynamoDB may refuse because of a transaction on the same items. */
const contended = new Set([
  'DeleteItem',
  'PutItem',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateItem',
])
