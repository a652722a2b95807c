import { auditPut } from '../consent/ledger.ts'
import type { Send } from '../platform/queue.ts'
import { type Tables, toItem, transact, ttlAt } from '../platform/table.ts'
import type { PlanMessage } from './campaign-message.ts'
import { type Campaign, campaignKey, readCampaign } from './campaign-record.ts'
import { readReputation } from './circuit-breaker.ts'
import { dueDelete } from './due-campaigns.ts'
import type { Frozen, Press } from './freeze.ts'
import { frozenPut } from './frozen-record.ts'
import { openPut } from './open-campaigns.ts'
import type { RateName } from './reputation.ts'
import type { CheckDomain } from './sending-domain.ts'
import { type StartProblem, startProblems } from './startable.ts'

export type LaunchDesk = Press & {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  plan: Send<PlanMessage>
  domain: CheckDomain
  clock: () => Date
}

export type Launched =
  | { kind: 'done' }
  | { kind: 'unknown' }
  | { kind: 'wrong-state'; state: Campaign['state'] }
  | { kind: 'not-startable'; problems: StartProblem[] }
  /** It has paused itself, and goes on only when that is what is let pass. */
  | { kind: 'stopped'; stopped: NonNullable<Campaign['stopped']> }
  /** It had begun in a table that was restored: nobody knows whom it has reached. */
  | { kind: 'held'; held: NonNullable<Campaign['held']> }

/** Somewhat longer than its messages, whose links lead through it. */
const longerDays = 30

const isRecorded = ({ basis }: { basis: string }): boolean => basis !== 'off'

/**
 * Starts a campaign: what is said is drawn for the last time, and from here on nothing of it changes.
 * Who did so is in the ledger before anybody is mailed (SEC-13).
 */
export async function startCampaign(
  desk: LaunchDesk,
  staff: string,
  { campaignId, from = 'draft' }: { campaignId: string; from?: 'draft' | 'scheduled' },
): Promise<Launched> {
  const { tables, policy, clock, plan } = desk
  const at = clock()
  const campaign = await readCampaign(tables, campaignId, at)
  if (campaign === undefined) return { kind: 'unknown' }
  if (campaign.state !== from) return { kind: 'wrong-state', state: campaign.state }
  const { frozen, problems } = await problemsOf(desk, campaign)
  if (problems.length > 0) return { kind: 'not-startable', problems }
  const { topics, purposes, retention } = policy
  const ttl = ttlAt(at, retention.messages + longerDays)
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression:
          'SET #state = :planning, basis = :basis, links = :links, interests = :interests, trap = :trap, tracking = :tracking, startedAt = :at, #ttl = :ttl REMOVE held',
        ConditionExpression: '#state = :from AND revision = :revision',
        ExpressionAttributeNames: { '#state': 'state', '#ttl': 'ttl' },
        ExpressionAttributeValues: toItem({
          ':planning': 'planning',
          ':basis': topics[campaign.topic]?.basis ?? campaign.basis,
          ':links': frozen.links,
          ':interests': frozen.interests,
          ':trap': policy.controller.website,
          ':tracking': {
            opens: isRecorded(purposes['open-tracking']),
            clicks: isRecorded(purposes['click-tracking']),
          },
          ':at': at.toISOString(),
          ':ttl': ttl,
          ':from': from,
          ':revision': campaign.revision,
        }),
      },
    },
    ...frozen.mails.map((mail) => frozenPut(tables, campaignId, { mail, ttl })),
    openPut(tables, campaignId),
    ...notDue(desk, campaignId, campaign),
    campaignAudit(desk, { at, staff, campaignId, act: 'start' }),
  ])
  if (outcome.kind === 'refused') return { kind: 'wrong-state', state: 'planning' }
  await plan({ kind: 'start', campaignId })
  return { kind: 'done' }
}

/** The campaign's mails as they would leave now, and all that keeps it from starting. */
export async function problemsOf(
  desk: Press & Pick<LaunchDesk, 'domain'>,
  campaign: Campaign,
): Promise<{ frozen: Frozen; problems: StartProblem[] }> {
  // Drawing a mail takes a Markdown parser, which would be a third of every cold start.
  const { freeze } = await import('./freeze.ts')
  const frozen = freeze(desk, campaign)
  const own = startProblems(desk.policy, campaign, frozen)
  return { frozen, problems: [...own, ...(await desk.domain())] }
}

function notDue({ tables }: LaunchDesk, campaignId: string, { startsAt }: Campaign) {
  return startsAt === undefined ? [] : [dueDelete(tables, campaignId, new Date(startsAt))]
}

export type CampaignAct = 'pause' | 'resume' | 'cancel'

/** From which states an act may be done. */
const from: Readonly<Record<CampaignAct, readonly Campaign['state'][]>> = {
  pause: ['planning', 'sending'],
  resume: ['paused'],
  cancel: ['draft', 'scheduled', 'planning', 'sending', 'paused'],
}

function after(act: CampaignAct, { shards }: Campaign): Campaign['state'] {
  switch (act) {
    case 'pause':
      return 'paused'
    case 'resume':
      return shards === 0 ? 'planning' : 'sending'
    case 'cancel':
      return 'cancelled'
  }
}

export type Act = {
  campaignId: string
  act: CampaignAct
  /**
   * Of a campaign that has paused itself: for what, so that nobody lets it pass unawares (SEND-06). With
   * `refusals`, mails that are refused fail from then on; without, it is tried whether they still are.
   */
  overrides?: RateName | 'refusals' | undefined
}

/** Holds from the moment it is stored: each batch asks once more just before it leaves. */
export async function actOnCampaign(
  desk: LaunchDesk,
  staff: string,
  { campaignId, act, overrides }: Act,
): Promise<Launched> {
  const { tables, clock, plan } = desk
  const at = clock()
  const campaign = await readCampaign(tables, campaignId, at)
  if (campaign === undefined) return { kind: 'unknown' }
  const { state, shards } = campaign
  if (!from[act].includes(state)) return { kind: 'wrong-state', state }
  const { stopped, held } = campaign
  if (act === 'resume' && held !== undefined) return { kind: 'held', held }
  if (act === 'resume' && stopped !== undefined && stopped.for !== overrides) {
    return { kind: 'stopped', stopped }
  }
  const { sets, details } =
    act === 'resume' ? await passedNow(desk, campaignId, { campaign, overrides }) : nothingPassed
  const assigned = Object.keys(sets).map((name) => `, ${name} = :${name}`)
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression: `SET #state = :to${assigned.join('')}${act === 'resume' ? ' REMOVE stopped, refused' : ''}`,
        // Whether all is planned decides where resuming leads.
        ConditionExpression: '#state = :from AND shards = :shards',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':to': after(act, campaign),
          ':from': state,
          ':shards': shards,
          ...Object.fromEntries(Object.entries(sets).map(([name, value]) => [`:${name}`, value])),
        }),
      },
    },
    ...(state === 'scheduled' ? notDue(desk, campaignId, campaign) : []),
    campaignAudit(desk, { at, staff, campaignId, act, details }),
  ])
  if (outcome.kind === 'refused') return { kind: 'wrong-state', state }
  if (act === 'resume') await plan({ kind: 'resume', campaignId })
  if (act === 'cancel' && campaign.startedAt !== undefined) await plan({ kind: 'end', campaignId })
  return { kind: 'done' }
}

type Passed = {
  sets: Partial<Pick<Campaign, 'overridden' | 'refusalsPass'>>
  details: Record<string, unknown>
}
const nothingPassed: Passed = { sets: {}, details: {} }

/** What is let pass with a resumption: the rate as it is by now, or that mails are refused. */
async function passedNow(
  desk: LaunchDesk,
  campaignId: string,
  { campaign, overrides }: { campaign: Campaign; overrides: Act['overrides'] },
): Promise<Passed> {
  const { stopped, overridden, refused } = campaign
  if (stopped !== undefined) {
    const { count, of, rate } = (await readReputation(desk, campaignId, campaign))[stopped.for]
    return {
      sets: { overridden: { ...overridden, [stopped.for]: rate } },
      details: { overrides: stopped.for, count, of, rate },
    }
  }
  return refused !== undefined && overrides === 'refusals'
    ? { sets: { refusalsPass: true }, details: { overrides, ...refused } }
    : nothingPassed
}

type Audited = {
  at: Date
  staff: string
  campaignId: string
  act: string
  details?: Record<string, unknown>
}

export function campaignAudit(
  { tables }: { tables: Pick<Tables, 'ledger'> },
  { at, staff, campaignId, act, details = {} }: Audited,
) {
  return {
    Put: auditPut(tables, {
      at,
      staff,
      action: `campaign-${act}`,
      subject: campaignId,
      details,
    }),
  }
}
