import type { Call, CallReader, Inventory, Service, ServiceRequest } from './call.ts'
import type { Caller } from './caller.ts'
import { readDynamoDbCall } from './dynamodb-call.ts'
import { countGrants, type Grant } from './grants.ts'
import { judge } from './judge.ts'
import type { Role } from './roles.ts'
import { readS3Call } from './s3-call.ts'
import { readSesCall } from './ses-call.ts'
import { readSqsCall } from './sqs-call.ts'
import { readSsmCall } from './ssm-call.ts'
import type { AccessRequest } from './statement.ts'

/** A call that a role does not allow: ids and kinds only, never what an item holds (SEC-14). */
export type Denial = {
  functionName: string
  action: string
  resource: string
  /** Whose items, by the start of their keys, such as `C#`. */
  owners: string[]
  because: string
}

export type Decision =
  | { allowed: true; call: Call }
  | { allowed: false; denial: Denial; call?: Call }

export type Permissions = {
  decide: (caller: Caller, request: ServiceRequest) => Decision
  /** Whether the caller's role has this, without it counting as used or as refused. */
  has: (caller: Caller, access: AccessRequest) => boolean
  denials: () => readonly Denial[]
  /** What the roles allow and no call has needed so far. */
  unused: () => Grant[]
}

const readers: Record<Service, CallReader> = {
  dynamodb: readDynamoDbCall,
  s3: readS3Call,
  ses: readSesCall,
  sqs: readSqsCall,
  ssm: readSsmCall,
}

/** Enforces the roles of the assembly, as IAM does: what no statement allows is denied. */
export function enforce(
  roles: readonly Role[],
  inventory: Inventory,
  onDenial: (denial: Denial) => void,
): Permissions {
  const statementsOf = new Map(
    roles.map(({ functionName, statements }) => [functionName, statements]),
  )
  const grants = countGrants(roles)
  const denials: Denial[] = []
  const deny = (denial: Denial): { allowed: false; denial: Denial } => {
    denials.push(denial)
    onDenial(denial)
    return { allowed: false, denial }
  }
  return {
    decide: ({ name: functionName, service }, request) => {
      const statements = statementsOf.get(functionName)
      const call = read(readers[service], request, inventory)
      if (call === undefined) {
        const action = `${service}:${operationNamed(request)}`
        const because = 'the local cloud does not know this call'
        return deny({ functionName, action, resource: '*', owners: [], because })
      }
      const verdicts = call.needs.map((need) => ({ need, ...judge(statements ?? [], need) }))
      for (const verdict of verdicts) {
        if (verdict.allowed) continue
        const because = statements === undefined ? 'no function has this name' : verdict.because
        return { ...deny({ functionName, ...shown(verdict.need), because }), call }
      }
      for (const verdict of verdicts) if (verdict.allowed) grants.use(verdict.need, verdict.by)
      return { allowed: true, call }
    },
    has: ({ name }, access) => judge(statementsOf.get(name) ?? [], access).allowed,
    denials: () => denials,
    unused: grants.unused,
  }
}

/** One line for a log. */
export function denialLine({ functionName, action, resource, owners, because }: Denial): string {
  const items = owners.length === 0 ? '' : ` (items of ${owners.join(' ')})`
  return `denied ${functionName} ${action} on ${resource}${items}: ${because}`
}

function read(reader: CallReader, request: ServiceRequest, inventory: Inventory): Call | undefined {
  try {
    return reader(request, inventory)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function shown({ action, resource, context }: AccessRequest) {
  const keys = context['dynamodb:LeadingKeys'] ?? []
  return { action, resource, owners: [...new Set(keys.map(ownerOf))] }
}

/** The kind at the start of a key; the rest may be somebody's id. */
function ownerOf(key: string): string {
  return /^[A-Z]+#/.exec(key)?.[0] ?? '?'
}

/** A name that is not known is shown only as far as it is one. */
function operationNamed({ target, method }: ServiceRequest): string {
  return /\.(\w+)$/.exec(target)?.[1] ?? method
}
