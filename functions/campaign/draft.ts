import { randomBytes } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { auditPut } from '../consent/ledger.ts'
import { directMarketing, isTopic, type Policy } from '../consent/policy.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { listPut } from './campaign-list.ts'
import { type Campaign, campaignKey, newCampaignId, readCampaign } from './campaign-record.ts'

const id = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be an id of the policy'))
const line = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most))
const interests = v.optional(v.pipe(v.array(id), v.maxLength(20)))
const blockSchema = v.union([
  v.strictObject({ markdown: line(20_000), interests }),
  v.strictObject({ html: line(20_000), interests }),
])
const variantSchema = v.strictObject({
  subject: v.pipe(v.string(), v.trim(), v.maxLength(200)),
  blocks: v.pipe(v.array(blockSchema), v.minLength(1), v.maxLength(40)),
  /** One of blanks is kept, too, and keeps the campaign from starting. */
  text: v.optional(v.pipe(v.string(), v.maxBytes(100_000))),
})
const fields = {
  name: line(100),
  topic: id,
  variants: v.record(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/)), variantSchema),
}
export const draftSchema = v.strictObject(fields)
export const draftChangeSchema = v.partial(v.strictObject(fields))
export type Draft = v.InferOutput<typeof draftSchema>
export type DraftChange = v.InferOutput<typeof draftChangeSchema>

export type DraftDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  policy: Policy
  clock: () => Date
}

export type Undeclared =
  | { kind: 'unknown-topic'; declared: string[] }
  | { kind: 'unknown-language'; declared: readonly string[] }
  | { kind: 'unknown-interest'; declared: readonly string[] }
export type Created = { kind: 'created'; campaignId: string } | Undeclared
export type Changed =
  | { kind: 'changed' }
  | { kind: 'unknown' }
  | { kind: 'not-a-draft'; state: Campaign['state'] }
  | { kind: 'changed-meanwhile' }
  | Undeclared

/**
 * Begins a campaign; nobody gets anything until it is started.
 * @param from the campaign that it repeats.
 */
export async function createDraft(
  desk: DraftDesk,
  staff: string,
  { from, ...draft }: Draft & { from?: string },
): Promise<Created> {
  const { tables, policy, clock } = desk
  const refusal = undeclared(policy, draft)
  if (refusal !== undefined) return refusal
  const at = clock()
  const campaignId = newCampaignId()
  const campaign: Campaign = {
    ...draft,
    purpose: directMarketing,
    basis: policy.topics[draft.topic]?.basis ?? 'consent',
    state: 'draft',
    links: [],
    tracking: { opens: false, clicks: false },
    key: randomBytes(32),
    createdBy: staff,
    createdAt: at.toISOString(),
    shards: 0,
    revision: 0,
  }
  const outcome = await transact(tables.db, [
    listPut(tables, campaignId, at),
    campaignPut(tables, campaignId, campaign),
    {
      Put: auditPut(tables, {
        at,
        staff,
        action: 'campaign-created',
        subject: campaignId,
        details: { topic: draft.topic, ...(from === undefined ? {} : { from }) },
      }),
    },
  ])
  if (outcome.kind === 'refused') throw new Error('a new campaign met one of its own id')
  return { kind: 'created', campaignId }
}

function campaignPut(
  tables: Pick<Tables, 'main'>,
  campaignId: string,
  campaign: Campaign,
): TransactWriteItem {
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({ ...campaignKey(campaignId), ...campaign }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

/** Changes what is named, and only while nothing has started. */
export async function changeDraft(
  { tables, policy, clock }: DraftDesk,
  campaignId: string,
  change: DraftChange,
): Promise<Changed> {
  const campaign = await readCampaign(tables, campaignId, clock())
  if (campaign === undefined) return { kind: 'unknown' }
  const { name = campaign.name, topic = campaign.topic, variants = campaign.variants } = change
  const refusal = undeclared(policy, { topic, variants })
  if (refusal !== undefined) return refusal
  if (campaign.state !== 'draft') return { kind: 'not-a-draft', state: campaign.state }
  try {
    await tables.db.send(
      new UpdateItemCommand({
        TableName: tables.main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression:
          'SET #name = :name, topic = :topic, basis = :basis, variants = :variants, revision = :next',
        ConditionExpression: '#state = :draft AND revision = :revision',
        ExpressionAttributeNames: { '#name': 'name', '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':name': name,
          ':topic': topic,
          ':basis': policy.topics[topic]?.basis ?? 'consent',
          ':variants': variants,
          ':draft': 'draft',
          ':revision': campaign.revision,
          ':next': campaign.revision + 1,
        }),
      }),
    )
    return { kind: 'changed' }
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { kind: 'changed-meanwhile' }
    throw error
  }
}

function undeclared(
  policy: Policy,
  { topic, variants }: Pick<Draft, 'topic' | 'variants'>,
): Undeclared | undefined {
  if (!isTopic(policy, topic)) {
    return { kind: 'unknown-topic', declared: Object.keys(policy.topics) }
  }
  if (!Object.keys(variants).every((language) => policy.languages.includes(language))) {
    return { kind: 'unknown-language', declared: policy.languages }
  }
  // What the policy does not declare, no special category among it, tags nothing (TRACK-15).
  const tags = Object.values(variants).flatMap(({ blocks }) =>
    blocks.flatMap(({ interests = [] }) => interests),
  )
  return tags.every((tag) => Object.hasOwn(policy.profile.interests, tag))
    ? undefined
    : { kind: 'unknown-interest', declared: Object.keys(policy.profile.interests) }
}
