import * as v from 'valibot'
import { type Campaign, campaignIdSchema, readCampaign } from '../campaign/campaign-record.ts'
import { mailsIn } from '../campaign/mails.ts'
import { readShards, sumOf } from '../campaign/read-figures.ts'
import { reputationOf } from '../campaign/reputation.ts'
import { auditPut } from '../consent/ledger.ts'
import type { Policy } from '../consent/policy.ts'
import { type HttpEvent, json, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import type { Send } from '../platform/queue.ts'
import { staffOf, staffRoles } from '../platform/staff.ts'
import { type Tables, transact } from '../platform/table.ts'
import { type RecountMessage, readRecount } from './recount-record.ts'
import { statisticsOf } from './statistics.ts'

export type StatisticsDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  policy: Policy
  recounts: Send<RecountMessage>
  rolesClaim: string
  clock: () => Date
}

/** How a campaign was received, and counting that anew. */
export function statisticsRoutes(desk: StatisticsDesk): Route[] {
  const { tables, policy, recounts, rolesClaim, clock } = desk
  return [
    {
      method: 'GET',
      path: '/staff/campaigns/{id}/statistics',
      handle: async (event) => {
        staffOf(event, rolesClaim, staffRoles)
        const { campaignId, campaign } = await campaignOf(desk, event)
        const figuresOf = async (kind: string) => sumOf(await readShards(tables, campaignId, kind))
        const [totals, hours, stops, recount] = await Promise.all([
          figuresOf('T#'),
          figuresOf('H#'),
          figuresOf('U#'),
          readRecount(tables, campaignId),
        ])
        const { links, ...statistics } = statisticsOf(totals, hours, stops)
        return json(200, {
          id: campaignId,
          state: campaign.state,
          tracking: campaign.tracking,
          modes: {
            opens: policy.purposes['open-tracking'].basis,
            clicks: policy.purposes['click-tracking'].basis,
          },
          stopped: campaign.stopped,
          reputation: reputationOf(policy, mailsIn(totals), campaign.overridden),
          ...statistics,
          links: links.map((each) => ({ url: campaign.links[each.link], ...each })),
          recount,
        })
      },
    },
    {
      method: 'POST',
      path: '/staff/campaigns/{id}/recounts',
      handle: async (event) => {
        const { id } = staffOf(event, rolesClaim, ['marketing'])
        const { campaignId, campaign } = await campaignOf(desk, event)
        const { state, startedAt } = campaign
        if (startedAt === undefined) throw new Problem(409, 'wrong-state', { state })
        const at = clock()
        // Its messages begin to go: what they gave could not be counted any more.
        const last = Date.parse(startedAt) + policy.retention.messages * 86_400_000
        if (at.getTime() >= last) throw new Problem(410, 'expired')
        await transact(tables.db, [
          {
            Put: auditPut(tables, {
              at,
              staff: id,
              action: 'campaign-recount',
              subject: campaignId,
              details: {},
            }),
          },
        ])
        await recounts({ kind: 'recount', campaignId })
        return json(202, { status: 'accepted' })
      },
    },
  ]
}

async function campaignOf(
  { tables, clock }: StatisticsDesk,
  event: HttpEvent,
): Promise<{ campaignId: string; campaign: Campaign }> {
  const id = v.safeParse(campaignIdSchema, event.pathParameters?.id)
  if (!id.success) throw new Problem(404, 'not-found')
  const campaign = await readCampaign(tables, id.output, clock())
  if (campaign === undefined) throw new Problem(404, 'not-found')
  return { campaignId: id.output, campaign }
}
