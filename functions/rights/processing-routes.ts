import * as v from 'valibot'
import type { Policy } from '../consent/policy.ts'
import { html, json, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf } from '../platform/staff.ts'
import { processingPage } from './processing-page.ts'
import { processingRecord } from './processing-record.ts'

export type ProcessingDesk = { policy: Policy; rolesClaim: string; clock: () => Date }

/** The record of processing for whoever answers to the authority (SEC-15); read off the policy each time. */
export function processingRoutes({ policy, rolesClaim, clock }: ProcessingDesk): Route[] {
  const [first = ''] = policy.languages
  const asked = v.object({
    format: v.optional(v.picklist(['json', 'html']), 'json'),
    lang: v.optional(v.picklist(policy.languages), first),
  })
  return [
    {
      method: 'GET',
      path: '/staff/record-of-processing',
      handle: async (event) => {
        staffOf(event, rolesClaim, ['privacy'])
        const query = v.safeParse(asked, event.queryStringParameters ?? {})
        if (!query.success) throw new Problem(400, 'invalid-request', { field: 'format' })
        const { format, lang } = query.output
        const record = processingRecord(policy, { language: lang, now: clock() })
        return format === 'html' ? html(200, processingPage(record)) : json(200, record)
      },
    },
  ]
}
