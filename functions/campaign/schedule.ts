import * as v from 'valibot'
import { toItem, transact } from '../platform/table.ts'
import { atWallClock, type WallClock, wallClockPattern } from '../platform/wall-clock.ts'
import { campaignKey, readCampaign } from './campaign-record.ts'
import { dueCampaigns, dueDelete, duePut } from './due-campaigns.ts'
import {
  campaignAudit,
  type LaunchDesk,
  type Launched,
  problemsOf,
  startCampaign,
} from './launch.ts'

export const scheduleSchema = v.strictObject({
  /** As the clocks of the zone show it. */
  at: v.pipe(v.string(), v.regex(wallClockPattern, 'must be like 2026-12-01T09:00')),
  zone: v.pipe(v.string(), v.maxLength(64)),
})
export type Schedule = v.InferOutput<typeof scheduleSchema>

export type Scheduled =
  | { kind: 'scheduled'; startsAt: Date }
  | { kind: 'no-time'; because: Exclude<WallClock, Date> | 'not-ahead' }
  | Exclude<Launched, { kind: 'done' }>

const longestDays = 366

/** Has a campaign start by itself. What would keep it from starting now keeps it from being scheduled. */
export async function scheduleCampaign(
  desk: LaunchDesk,
  staff: string,
  { campaignId, schedule: { at, zone } }: { campaignId: string; schedule: Schedule },
): Promise<Scheduled> {
  const { tables, clock } = desk
  const now = clock()
  const startsAt = atWallClock(at, zone)
  if (!(startsAt instanceof Date)) return { kind: 'no-time', because: startsAt }
  const ahead = startsAt.getTime() - now.getTime()
  if (ahead <= 0 || ahead > longestDays * 86_400_000)
    return { kind: 'no-time', because: 'not-ahead' }
  const campaign = await readCampaign(tables, campaignId, now)
  if (campaign === undefined) return { kind: 'unknown' }
  if (campaign.state !== 'draft') return { kind: 'wrong-state', state: campaign.state }
  const { problems } = await problemsOf(desk, campaign)
  if (problems.length > 0) return { kind: 'not-startable', problems }
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression:
          'SET #state = :scheduled, startsAt = :at, scheduledBy = :staff REMOVE held',
        ConditionExpression: '#state = :draft AND revision = :revision',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':scheduled': 'scheduled',
          ':draft': 'draft',
          ':at': startsAt.toISOString(),
          ':staff': staff,
          ':revision': campaign.revision,
        }),
      },
    },
    duePut(tables, campaignId, startsAt),
    campaignAudit(desk, { at: now, staff, campaignId, act: 'schedule', details: { at, zone } }),
  ])
  if (outcome.kind === 'refused') return { kind: 'wrong-state', state: campaign.state }
  return { kind: 'scheduled', startsAt }
}

/** Makes it a draft again, which somebody can change or start. */
export async function unschedule(
  desk: LaunchDesk,
  staff: string,
  { campaignId, act, details = {} }: { campaignId: string; act: string; details?: object },
): Promise<Launched> {
  const { tables, clock } = desk
  const at = clock()
  const campaign = await readCampaign(tables, campaignId, at)
  if (campaign === undefined) return { kind: 'unknown' }
  const { state, startsAt } = campaign
  if (state !== 'scheduled' || startsAt === undefined) return { kind: 'wrong-state', state }
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression: 'SET #state = :draft REMOVE startsAt, scheduledBy',
        ConditionExpression: '#state = :scheduled AND startsAt = :at',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':draft': 'draft',
          ':scheduled': 'scheduled',
          ':at': startsAt,
        }),
      },
    },
    dueDelete(tables, campaignId, new Date(startsAt)),
    campaignAudit(desk, { at, staff, campaignId, act, details: { ...details } }),
  ])
  return outcome.kind === 'refused' ? { kind: 'wrong-state', state } : { kind: 'done' }
}

/**
 * Starts whatever is due, in the name of who scheduled it. All checks are made at this moment: one that
 * fails makes it a draft again, with the reason in the audit trail, and only when nothing is known it
 * waits for the next time.
 */
export async function startDue(desk: LaunchDesk): Promise<void> {
  for await (const campaignId of dueCampaigns(desk.tables, desk.clock())) {
    const campaign = await readCampaign(desk.tables, campaignId, desk.clock())
    if (campaign?.state !== 'scheduled' || campaign.scheduledBy === undefined) continue
    const { scheduledBy } = campaign
    const launched = await startCampaign(desk, scheduledBy, { campaignId, from: 'scheduled' })
    if (launched.kind !== 'not-startable') continue
    const { problems } = launched
    if (problems.includes('domain-not-checked')) continue
    const act = 'not-started'
    await unschedule(desk, scheduledBy, { campaignId, act, details: { problems } })
  }
}
