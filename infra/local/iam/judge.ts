import type { AccessRequest, Statement } from './statement.ts'

export type Verdict =
  | { allowed: true; by: readonly Statement[] }
  | { allowed: false; because: 'nothing allows it' | 'a statement denies it' }

/** IAM's own order: an explicit denial wins, then what is allowed, and all else is denied. */
export function judge(statements: readonly Statement[], request: AccessRequest): Verdict {
  const covering = statements.filter((statement) => statement.covers(request))
  if (covering.some(({ effect }) => effect === 'Deny')) {
    return { allowed: false, because: 'a statement denies it' }
  }
  if (covering.length === 0) return { allowed: false, because: 'nothing allows it' }
  return { allowed: true, by: covering }
}
