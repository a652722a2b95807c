import * as v from 'valibot'
import type { HttpEvent } from './http.ts'
import { Problem } from './problem.ts'

/** What a signed-in colleague may do; the identity provider says who has which. */
export const staffRoles = ['marketing', 'privacy', 'viewer'] as const
export type StaffRole = (typeof staffRoles)[number]
export type Staff = { id: string; roles: readonly StaffRole[] }

/**
 * The roles of a claim as API Gateway hands it over: a list arrives as the text `[a b]`, a single
 * value bare. Only whole words count, so neither `[marketingx]` nor `[marketing` opens anything.
 */
export function parseRoles(claim: unknown): StaffRole[] {
  if (typeof claim !== 'string') return []
  const list = /^\[([^[\]]*)\]$/.exec(claim)?.[1]?.split(' ') ?? [claim]
  return staffRoles.filter((role) => list.includes(role))
}

const contextSchema = v.object({
  authorizer: v.object({ jwt: v.object({ claims: v.record(v.string(), v.unknown()) }) }),
})
const subjectSchema = v.pipe(v.string(), v.minLength(1))

/**
 * Who calls, from claims that the gateway's authorizer has checked.
 * @throws {Problem} 401 when no authorizer stood before this function; 403 without one of `allowed`.
 */
export function staffOf(
  event: Pick<HttpEvent, 'requestContext'>,
  rolesClaim: string,
  allowed: readonly StaffRole[],
): Staff {
  const context = v.safeParse(contextSchema, event.requestContext)
  if (!context.success) throw new Problem(401, 'unauthorised')
  const { claims } = context.output.authorizer.jwt
  const subject = v.safeParse(subjectSchema, claims.sub)
  if (!subject.success) throw new Problem(401, 'unauthorised')
  const roles = parseRoles(Object.hasOwn(claims, rolesClaim) ? claims[rolesClaim] : undefined)
  if (!roles.some((role) => allowed.includes(role))) {
    throw new Problem(403, 'forbidden', { needs: allowed })
  }
  return { id: subject.output, roles }
}
