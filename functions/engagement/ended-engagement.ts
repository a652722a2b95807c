import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Policy } from '../consent/policy.ts'
import { standingOf } from '../contact/contact.ts'
import { readContact } from '../contact/contacts.ts'
import { readAddress } from '../contact/suppression.ts'
import { readPartition, type Tables, toItem, transact } from '../platform/table.ts'
import { type Engagement, engagementDelete, engagementPk, parseEngagement } from './engagement.ts'
import { profilingSince, restsOn } from './profiling-since.ts'

type Store = Pick<Tables, 'db' | 'main'>

/** Whether it rests on nothing any more (SUPP-08): a no, a yes that is younger, a person who is gone. */
export async function engagementHasEnded(
  { tables, policy }: { tables: Store; policy: Policy },
  { contactId, at }: Engagement,
  now: Date,
): Promise<boolean> {
  const contact = await readContact(tables, contactId)
  if (contact === undefined) return true
  const standing = standingOf(contact, await readAddress(tables, [contact.addressKey]))
  const profiling = profilingSince(policy, standing, now)
  return profiling.kind !== 'kept' && !restsOn(profiling, at)
}

/** @returns false when another has taken its place meanwhile. */
export async function forgetEngagement(
  tables: Store,
  engagement: Engagement,
  also: readonly TransactWriteItem[],
): Promise<boolean> {
  const { Delete } = engagementDelete(tables, engagement)
  const outcome = await transact(tables.db, [
    {
      Delete: {
        ...Delete,
        ConditionExpression: '#at = :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: toItem({ ':at': engagement.at }),
      },
    },
    ...also,
  ])
  return outcome.kind === 'written'
}

/** What one transaction takes. */
const mostTogether = 100

/** All of one person, whatever its time; may be repeated. */
export async function forgetEngagements(tables: Store, contactId: string): Promise<void> {
  const { db, main } = tables
  let deletes: TransactWriteItem[] = []
  for await (const item of readPartition(db, main, engagementPk(contactId), `${contactId}#`)) {
    deletes.push(engagementDelete(tables, parseEngagement(item)))
    if (deletes.length < mostTogether) continue
    await transact(db, deletes)
    deletes = []
  }
  if (deletes.length > 0) await transact(db, deletes)
}
