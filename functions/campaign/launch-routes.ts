import * as v from 'valibot'
import { type HttpAnswer, json, parseBody, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf } from '../platform/staff.ts'
import { campaignIdOf } from './campaign-routes.ts'
import { actOnCampaign, type LaunchDesk, type Launched, startCampaign } from './launch.ts'
import { rateNames } from './reputation.ts'

/** A campaign that has paused itself goes on only for who says what they let pass (SEND-06). */
const resumeSchema = v.strictObject({ overrides: v.optional(v.picklist(rateNames)) })

/** Letting a campaign go, and stopping it. */
export function launchRoutes(desk: LaunchDesk & { rolesClaim: string }): Route[] {
  const start: Route = {
    method: 'POST',
    path: '/staff/campaigns/{id}/start',
    handle: async (event) => {
      const { id } = staffOf(event, desk.rolesClaim, ['marketing'])
      return launchedAnswer(await startCampaign(desk, id, campaignIdOf(event)))
    },
  }
  const acts = (['pause', 'resume', 'cancel'] as const).map(
    (act): Route => ({
      method: 'POST',
      path: `/staff/campaigns/{id}/${act}`,
      handle: async (event) => {
        const { id } = staffOf(event, desk.rolesClaim, ['marketing'])
        const campaignId = campaignIdOf(event)
        const asked = act === 'resume' ? parseBody(resumeSchema, event.body ?? {}) : {}
        return launchedAnswer(await actOnCampaign(desk, id, { ...asked, campaignId, act }))
      },
    }),
  )
  return [start, ...acts]
}

function launchedAnswer(launched: Launched): HttpAnswer {
  switch (launched.kind) {
    case 'done':
      return json(202, { status: 'accepted' })
    case 'unknown':
      throw new Problem(404, 'not-found')
    case 'wrong-state':
      throw new Problem(409, 'wrong-state', { state: launched.state })
    case 'stopped':
      throw new Problem(409, 'over-limit', { stopped: launched.stopped })
    case 'not-startable':
      if (launched.problems.includes('domain-not-checked')) throw new Problem(503, 'try-again')
      throw new Problem(409, 'not-startable', { problems: launched.problems })
  }
}
