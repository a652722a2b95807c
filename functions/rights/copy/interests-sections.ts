import { type OpenContact, standingOf } from '../../contact/contact.ts'
import type { ContactStore } from '../../contact/contacts.ts'
import type { AddressRecord } from '../../contact/suppression.ts'
import { readEngagements } from '../../engagement/engagement.ts'
import { type Profile, profileOf } from '../../engagement/profile.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

type Store = Pick<ContactStore, 'policy'> & { tables: Pick<ContactStore['tables'], 'db' | 'main'> }
type Held = { contact: OpenContact; address: AddressRecord }

/** What is inferred of them, and the score (RIGHT-06): nothing, unless they may be profiled at this moment. */
export function interestsSection(store: Store, held: Held, now: Date): CopySection {
  return {
    id: 'interests',
    art20: false,
    columns: [
      ...columns('word', 'sum'),
      ...columns('interest', 'interest'),
      ...columns('text', 'points', 'callFrom'),
    ],
    rows: inferredRows(store, held, now),
  }
}

async function* inferredRows(store: Store, held: Held, now: Date): AsyncGenerator<Row> {
  const { profile } = await inferred(store, held, now)
  if (profile === undefined || profile.inputs.length === 0) return
  const { callFrom } = store.policy.profile
  yield rowOf({ sum: 'score', points: profile.score, callFrom })
  for (const each of profile.interests) yield rowOf(each)
}

/** What it is inferred from, with the points of each today; without points where nothing may be inferred. */
export function engagementsSection(store: Store, held: Held, now: Date): CopySection {
  return {
    id: 'engagements',
    art20: false,
    columns: [
      ...columns('interest', 'interests'),
      ...columns('time', 'at'),
      ...columns('text', 'weight', 'ageDays', 'points'),
      ...columns('machine', 'campaignId', 'link', 'hit'),
    ],
    rows: followedRows(store, held, now),
  }
}

async function* followedRows(store: Store, held: Held, now: Date): AsyncGenerator<Row> {
  const { followed, profile } = await inferred(store, held, now)
  for (const { contactId: _, ...each } of followed) {
    const input = profile?.inputs.find(
      ({ campaignId, link }) => campaignId === each.campaignId && link === each.link,
    )
    const { weight, ageDays, points } = input ?? {}
    yield rowOf({ ...each, weight, ageDays, points })
  }
}

async function inferred(
  { policy, tables }: Store,
  { contact, address }: Held,
  now: Date,
): Promise<{
  followed: Awaited<ReturnType<typeof readEngagements>>
  profile: Profile | undefined
}> {
  const { contactId } = contact
  const followed = await readEngagements(tables, { contactId }, now)
  const standing = standingOf(contact, address)
  return { followed, profile: profileOf(policy, { standing, followed }, now) }
}
