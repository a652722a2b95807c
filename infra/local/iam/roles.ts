import * as v from 'valibot'
import { type Assembly, resourcesOfType } from '../assembly.ts'
import type { LambdaFunction } from '../functions.ts'
import { PolicyError } from './condition.ts'
import { readStatements, type Statement } from './statement.ts'

/** Everything that the templates let one function do. */
export type Role = { functionName: string; statements: readonly Statement[] }

const roleSchema = v.object({
  Policies: v.optional(
    v.array(v.object({ PolicyName: v.string(), PolicyDocument: v.unknown() })),
    [],
  ),
  ManagedPolicyArns: v.optional(v.array(v.string()), []),
  PermissionsBoundary: v.optional(v.string()),
})

const policySchema = v.object({
  PolicyDocument: v.unknown(),
  Roles: v.optional(v.array(v.string()), []),
  RoleName: v.optional(v.string()),
})

/** The roles of these functions. @throws {PolicyError} for a policy that could not be enforced. */
export function readRoles(assembly: Assembly, functions: readonly LambdaFunction[]): Role[] {
  return functions.map(({ name }) => {
    const role = roleNameOf(assembly, name)
    return {
      functionName: name,
      statements: [...inline(assembly, role), ...attached(assembly, role)],
    }
  })
}

function roleNameOf(assembly: Assembly, functionName: string): string {
  const fn = resourcesOfType(assembly, 'AWS::Lambda::Function').find(
    ({ name }) => name === functionName,
  )
  const name = /:role\/(?:.*\/)?([^/]+)$/.exec(String(fn?.properties.Role))?.[1]
  if (name === undefined) throw new PolicyError(`${functionName} has no role of the assembly`)
  return name
}

function inline(assembly: Assembly, roleName: string): Statement[] {
  const role = resourcesOfType(assembly, 'AWS::IAM::Role').find(({ name }) => name === roleName)
  if (role === undefined) throw new PolicyError(`The assembly has no role ${roleName}`)
  const { Policies, ManagedPolicyArns, PermissionsBoundary } = v.parse(roleSchema, role.properties)
  if (ManagedPolicyArns.length > 0 || PermissionsBoundary !== undefined) {
    throw new PolicyError(`${roleName} has a policy from elsewhere, which nobody here can read`)
  }
  return Policies.flatMap(({ PolicyName, PolicyDocument }) =>
    readStatements(PolicyDocument, PolicyName),
  )
}

function attached(assembly: Assembly, roleName: string): Statement[] {
  return resourcesOfType(
    assembly,
    'AWS::IAM::Policy',
    'AWS::IAM::RolePolicy',
    'AWS::IAM::ManagedPolicy',
  ).flatMap(({ name, properties }) => {
    const { PolicyDocument, Roles, RoleName } = v.parse(policySchema, properties)
    return [...Roles, RoleName].includes(roleName) ? readStatements(PolicyDocument, name) : []
  })
}
