import { pattern } from './pattern.ts'
import type { Role } from './roles.ts'
import { serviceExercised } from './service-exercised.ts'
import type { AccessRequest, Statement } from './statement.ts'

/** One action of one statement on one resource, or whose items it reaches there. */
export type Grant = { functionName: string; action: string; resource: string }

export type Grants = {
  /** Notes that these statements were what allowed a request. */
  use: (request: AccessRequest, by: readonly Statement[]) => void
  /** What the roles allow and nobody has used, in the order of the roles. */
  unused: () => Grant[]
}

/** Counts which grants are exercised, so that those which are not can be taken away. */
export function countGrants(roles: readonly Role[]): Grants {
  const unused = new Map<Statement, Set<GrantEntry>>()
  for (const { functionName, statements } of roles) {
    for (const statement of statements) {
      unused.set(statement, new Set(entriesOf(functionName, statement)))
    }
  }
  return {
    use: (request, by) => {
      for (const statement of by) {
        const left = unused.get(statement) ?? new Set()
        for (const entry of left) if (entry.usedBy(request)) left.delete(entry)
      }
    },
    unused: () => [...unused.values()].flatMap((left) => [...left].map(({ grant }) => grant)),
  }
}

/** One line of the report. */
export function grantLine({ functionName, action, resource }: Grant): string {
  return `unused ${functionName} ${action} on ${resource}`
}

type GrantEntry = { grant: Grant; usedBy: (request: AccessRequest) => boolean }

function entriesOf(functionName: string, statement: Statement): GrantEntry[] {
  if (statement.effect === 'Deny') return []
  const actions = statement.actions.filter((action) => !serviceExercised.has(action))
  // A path is granted as it may be written, with its last slash and without: one grant.
  const resources = new Set(statement.resources.map((resource) => resource.replace(/\/$/, '')))
  return actions.flatMap((action) =>
    [...resources].flatMap((resource) =>
      (statement.owners.length === 0 ? [undefined] : statement.owners).map((owner) =>
        entry(functionName, action, resource, owner),
      ),
    ),
  )
}

function entry(
  functionName: string,
  action: string,
  resource: string,
  owner: string | undefined,
): GrantEntry {
  const actionFits = pattern(action, 'i')
  const resourceFits = pattern(resource)
  const ownerFits = owner === undefined ? undefined : pattern(owner)
  return {
    grant: {
      functionName,
      action,
      resource: owner === undefined ? resource : `${resource} ${owner}`,
    },
    usedBy: ({ action: used, resource: on, context }) =>
      actionFits.test(used) &&
      (resourceFits.test(on) || resourceFits.test(on.replace(/\/$/, ''))) &&
      (ownerFits === undefined ||
        (context['dynamodb:LeadingKeys'] ?? []).some((key) => ownerFits.test(key))),
  }
}
