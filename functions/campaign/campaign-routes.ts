import * as v from 'valibot'
import { type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { type StaffRole, staffOf, staffRoles } from '../platform/staff.ts'
import { campaignsBefore } from './campaign-list.ts'
import { type Campaign, campaignIdSchema, readCampaign } from './campaign-record.ts'
import {
  type Changed,
  type Created,
  changeDraft,
  createDraft,
  type DraftDesk,
  draftChangeSchema,
  draftSchema,
} from './draft.ts'
import type { Press } from './freeze.ts'
import { problemsOf } from './launch.ts'
import { preview } from './preview.ts'
import type { CheckDomain } from './sending-domain.ts'

export type CampaignRoutes = DraftDesk & Press & { rolesClaim: string; domain: CheckDomain }

const previewSchema = v.strictObject({
  language: v.pipe(v.string(), v.maxLength(3)),
  /** As for a reader who has allowed opens and clicks to be recorded. */
  counted: v.optional(v.boolean(), false),
  /** As for one whose interests these are, the strongest first; without them as for whoever is not profiled. */
  interests: v.optional(v.pipe(v.array(v.string()), v.maxLength(20)), []),
})

/** Writing campaigns and looking at them; nothing here sends. */
export function campaignRoutes(desk: CampaignRoutes): Route[] {
  const staff = (event: HttpEvent, allowed: readonly StaffRole[]) =>
    staffOf(event, desk.rolesClaim, allowed)
  return [
    {
      method: 'POST',
      path: '/staff/campaigns',
      handle: async (event) => {
        const { id } = staff(event, ['marketing'])
        return createdAnswer(await createDraft(desk, id, parseBody(draftSchema, event.body)))
      },
    },
    {
      method: 'GET',
      path: '/staff/campaigns',
      handle: async (event) => {
        staff(event, staffRoles)
        const before = event.queryStringParameters?.before
        if (before !== undefined && !/^[\dTZ:.-]{24}#[0-9a-f]{16}$/.test(before)) {
          throw new Problem(400, 'invalid-request', { field: 'before' })
        }
        const { campaigns, next } = await campaignsBefore(desk.tables, before, desk.clock())
        return json(200, {
          campaigns: campaigns.map(({ campaignId, campaign }) => summary(campaignId, campaign)),
          next,
        })
      },
    },
    {
      method: 'GET',
      path: '/staff/campaigns/{id}',
      handle: async (event) => {
        staff(event, staffRoles)
        const { campaignId, campaign } = await campaignOf(desk, event)
        const { variants, links, tracking, stopped, refused } = campaign
        return json(200, {
          ...summary(campaignId, campaign),
          variants,
          links,
          tracking,
          stopped,
          refused,
          ...(campaign.state === 'draft'
            ? { problems: (await problemsOf(desk, campaign)).problems }
            : {}),
        })
      },
    },
    {
      method: 'PATCH',
      path: '/staff/campaigns/{id}',
      handle: async (event) => {
        staff(event, ['marketing'])
        const change = parseBody(draftChangeSchema, event.body)
        return changedAnswer(await changeDraft(desk, campaignIdOf(event), change))
      },
    },
    {
      method: 'POST',
      path: '/staff/campaigns/{id}/duplicate',
      handle: async (event) => {
        const { id } = staff(event, ['marketing'])
        const { campaignId, campaign } = await campaignOf(desk, event)
        const { name, topic, variants } = campaign
        return createdAnswer(
          await createDraft(desk, id, { name, topic, variants, from: campaignId }),
        )
      },
    },
    {
      method: 'POST',
      path: '/staff/campaigns/{id}/preview',
      handle: async (event) => {
        staff(event, ['marketing'])
        const { language, counted, interests } = parseBody(previewSchema, event.body)
        const declared = Object.keys(desk.policy.profile.interests)
        if (!interests.every((interest) => declared.includes(interest))) {
          throw new Problem(400, 'invalid-request', { field: 'interests', declared })
        }
        const known = await campaignOf(desk, event)
        const drawn = await preview(desk, known, {
          language,
          counted,
          interests,
          now: desk.clock(),
        })
        if (drawn === undefined) throw new Problem(404, 'not-found', { field: 'language' })
        return json(200, drawn)
      },
    },
  ]
}

function summary(campaignId: string, campaign: Campaign): Record<string, unknown> {
  const { name, topic, purpose, basis, state, createdBy, createdAt, startsAt, startedAt, held } =
    campaign
  return {
    id: campaignId,
    name,
    topic,
    purpose,
    basis,
    state,
    createdBy,
    createdAt,
    startsAt,
    startedAt,
    held,
  }
}

/** @throws {Problem} 404 for what is no campaign's id, like for one that is nobody's. */
export function campaignIdOf(event: HttpEvent): string {
  const parsed = v.safeParse(campaignIdSchema, event.pathParameters?.id)
  if (!parsed.success) throw new Problem(404, 'not-found')
  return parsed.output
}

export async function campaignOf(
  { tables, clock }: Pick<DraftDesk, 'tables' | 'clock'>,
  event: HttpEvent,
): Promise<{ campaignId: string; campaign: Campaign }> {
  const campaignId = campaignIdOf(event)
  const campaign = await readCampaign(tables, campaignId, clock())
  if (campaign === undefined) throw new Problem(404, 'not-found')
  return { campaignId, campaign }
}

function createdAnswer(created: Created) {
  if (created.kind === 'created') return json(201, { id: created.campaignId })
  throw refused(created)
}

function changedAnswer(changed: Changed) {
  switch (changed.kind) {
    case 'changed':
      return json(200, { status: 'changed' })
    case 'unknown':
      throw new Problem(404, 'not-found')
    case 'not-a-draft':
      throw new Problem(409, 'wrong-state', { state: changed.state })
    case 'changed-meanwhile':
      throw new Problem(409, 'wrong-state')
    case 'unknown-topic':
    case 'unknown-language':
    case 'unknown-interest':
      throw refused(changed)
  }
}

function refused({ kind, declared }: Exclude<Created, { kind: 'created' }>): Problem {
  return kind === 'unknown-topic'
    ? new Problem(400, 'unknown-purpose', { field: 'topic', declared })
    : new Problem(400, 'invalid-request', { field: 'variants', declared })
}
