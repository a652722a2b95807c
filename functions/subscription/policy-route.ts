import { publicPart } from '../../web/shared/public-policy.ts'
import type { Policy } from '../consent/policy.ts'
import { json, type Route } from '../platform/http.ts'
import { readerOf } from './reader.ts'

/** The part of the policy that anyone may read, with the language that best fits the caller. */
export function policyRoute(policy: Policy): Route {
  return {
    method: 'GET',
    path: '/api/policy',
    handle: async (event) => {
      const { language } = readerOf(policy, event)
      return json(200, { language, ...publicPart(policy) })
    },
  }
}
