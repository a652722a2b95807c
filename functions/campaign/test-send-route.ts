import { json, parseBody, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf } from '../platform/staff.ts'
import type { Tables } from '../platform/table.ts'
import { campaignOf } from './campaign-routes.ts'
import { sendTest, type TestDesk, testSendSchema } from './test-send.ts'

/** Trying a campaign on a colleague. */
export function testSendRoute(
  desk: TestDesk & { tables: Pick<Tables, 'main'>; rolesClaim: string },
): Route {
  return {
    method: 'POST',
    path: '/staff/campaigns/{id}/test-sends',
    handle: async (event) => {
      const { id } = staffOf(event, desk.rolesClaim, ['marketing'])
      const test = parseBody(testSendSchema, event.body)
      switch (await sendTest(desk, id, { ...(await campaignOf(desk, event)), test })) {
        case 'sent':
          return json(202, { status: 'accepted' })
        case 'no-colleague':
          throw new Problem(403, 'not-a-colleague', { field: 'to' })
        case 'no-language':
          throw new Problem(404, 'not-found', { field: 'language' })
      }
    },
  }
}
