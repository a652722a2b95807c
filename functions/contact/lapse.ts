import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { isOff } from '../consent/choices.ts'
import type { SuppressionKind } from '../consent/decide.ts'
import { ledgerPut, suppressionPut } from '../consent/ledger.ts'
import { directMarketing } from '../consent/policy.ts'
import { orderedId } from '../platform/id.ts'
import { toItem, transact } from '../platform/table.ts'
import { feedPut } from './change-feed.ts'
import { type Contact, contactItemKey } from './contact.ts'
import { membershipDelete } from './membership.ts'
import { type AddressRecord, lastRefusal, suppressUpdate } from './suppression.ts'
import type { UnsealedStore } from './turn-down.ts'

export type Forgotten = { contact: Contact; address: AddressRecord }

/**
 * The first step of forgetting somebody of whom nothing was heard (design §4): in one transaction the
 * contact is marked, every membership is gone, and recipients can be told. Needs no seal opened.
 * @param also what is written with it; it must hold in any case.
 * @returns false when the contact is no longer as it was read: then nothing was written.
 */
export async function lapse(
  { tables, policy }: UnsealedStore,
  { contact, address }: Forgotten,
  { now, also }: { now: Date; also: readonly TransactWriteItem[] },
): Promise<boolean> {
  const { contactId, choices } = contact
  const ledgerId = orderedId(now)
  const on = Object.keys(choices).filter((purpose) => !isOff(choices[purpose]?.state ?? 'unknown'))
  const topics = new Set([...Object.keys(policy.topics), ...Object.keys(choices)])
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(contactItemKey(contactId)),
        UpdateExpression: 'SET erasing = :now, lapsed = :lapsed ADD revision :one',
        ConditionExpression:
          'revision = :revision AND attribute_not_exists(erasing) AND attribute_not_exists(restricted)',
        ExpressionAttributeValues: toItem({
          ':now': now.toISOString(),
          ':lapsed': true,
          ':one': 1,
          ':revision': contact.revision,
        }),
      },
    },
    ...[...topics]
      .filter((id) => id !== directMarketing && !Object.hasOwn(policy.purposes, id))
      .map((topic) => membershipDelete(tables, contactId, topic)),
    ledgerPut(tables, policy, contactId, {
      kind: 'lapse',
      at: now,
      ledgerId,
      noticeVersion: policy.notice.version,
      changes: [],
      evidence: { actor: 'system', method: 'sweep' },
    }),
    feedPut(tables, {
      contactId,
      purposes: [...new Set([...Object.keys(policy.topics), ...on])],
      ledgerId,
      at: now,
    }),
    ...remembered({ tables, policy }, { contact, address }, now),
    ...also,
  ])
  return outcome.kind === 'written'
}

/**
 * Silence is no objection: most leave nothing behind by which they could be refused (SUPP-01). But
 * whoever said no to everything has to stay unmailed without us knowing them (CONS-15).
 */
function remembered(
  { tables }: UnsealedStore,
  { contact, address }: Forgotten,
  at: Date,
): TransactWriteItem[] {
  const kind: SuppressionKind = 'objection'
  if (lastRefusal(address) !== undefined || !refusedAll(contact)) return []
  const { addressKey } = contact
  return [
    suppressUpdate(tables, addressKey, kind, at),
    suppressionPut(tables, { addressKey, kind, at }),
  ]
}

/** They stopped all marketing, or turned off what they had and kept nothing. */
function refusedAll({ choices: { [directMarketing]: all, ...choices } }: Contact): boolean {
  const stood = Object.values(choices)
  const none = stood.every(({ state }) => isOff(state))
  const said = stood.some(({ state }) => state === 'withdrawn' || state === 'objected')
  return (none && said) || (all !== undefined && isOff(all.state))
}
