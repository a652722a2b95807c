import * as v from 'valibot'
import { type HttpAnswer, json, parseBody, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf } from '../platform/staff.ts'
import { campaignIdOf } from './campaign-routes.ts'
import { actOnCampaign, type LaunchDesk, type Launched, startCampaign } from './launch.ts'
import { rateNames } from './reputation.ts'
import { type Scheduled, scheduleCampaign, scheduleSchema, unschedule } from './schedule.ts'

/** A campaign that has paused itself goes on only for who says what they let pass (SEND-06). */
const resumeSchema = v.strictObject({
  overrides: v.optional(v.picklist([...rateNames, 'refusals'])),
})

/** Letting a campaign go, and stopping it. */
export function launchRoutes(desk: LaunchDesk & { rolesClaim: string }): Route[] {
  const start: Route = {
    method: 'POST',
    path: '/staff/campaigns/{id}/start',
    handle: async (event) => {
      const { id } = staffOf(event, desk.rolesClaim, ['marketing'])
      return launchedAnswer(await startCampaign(desk, id, { campaignId: campaignIdOf(event) }))
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
  return [start, ...acts, ...scheduleRoutes(desk)]
}

function scheduleRoutes(desk: LaunchDesk & { rolesClaim: string }): Route[] {
  return [
    {
      method: 'POST',
      path: '/staff/campaigns/{id}/schedule',
      handle: async (event) => {
        const { id } = staffOf(event, desk.rolesClaim, ['marketing'])
        const schedule = parseBody(scheduleSchema, event.body)
        const campaignId = campaignIdOf(event)
        return scheduledAnswer(await scheduleCampaign(desk, id, { campaignId, schedule }))
      },
    },
    {
      method: 'POST',
      path: '/staff/campaigns/{id}/unschedule',
      handle: async (event) => {
        const { id } = staffOf(event, desk.rolesClaim, ['marketing'])
        const campaignId = campaignIdOf(event)
        return launchedAnswer(await unschedule(desk, id, { campaignId, act: 'unschedule' }))
      },
    },
  ]
}

function scheduledAnswer(scheduled: Scheduled): HttpAnswer {
  if (scheduled.kind === 'scheduled') {
    return json(202, { status: 'scheduled', startsAt: scheduled.startsAt.toISOString() })
  }
  if (scheduled.kind !== 'no-time') return launchedAnswer(scheduled)
  const field = scheduled.because === 'no-such-zone' ? 'zone' : 'at'
  throw new Problem(400, 'invalid-request', { field, because: scheduled.because })
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
    case 'held':
      throw new Problem(409, 'restored', { held: launched.held })
    case 'not-startable':
      if (launched.problems.includes('domain-not-checked')) throw new Problem(503, 'try-again')
      throw new Problem(409, 'not-startable', { problems: launched.problems })
  }
}
