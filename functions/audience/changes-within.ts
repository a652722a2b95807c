import type { FeedChange } from '../contact/change-feed.ts'
import { shardOf } from '../contact/membership.ts'
import { readManifest } from './manifest.ts'
import { findMembers, type ReadFile } from './member-list.ts'

/** Those changes that are about somebody in a file, in their order, with the ref they have in it. */
export async function changesWithin(
  read: ReadFile,
  manifestKey: string,
  changes: readonly FeedChange[],
): Promise<{ change: FeedChange; ref: string }[]> {
  if (changes.length === 0) return []
  const { members, shards } = await readManifest(read, manifestKey)
  const asked = Map.groupBy(new Set(changes.map(({ contactId }) => contactId)), shardOf)
  const refs = new Map<string, string>()
  for (const list of shards) {
    const contactIds = asked.get(list.shard) ?? []
    const found = await findMembers(read, { key: members, list }, contactIds)
    for (const [contactId, ref] of found) refs.set(contactId, ref)
  }
  return changes.flatMap((change) => {
    const ref = refs.get(change.contactId)
    return ref === undefined ? [] : { change, ref }
  })
}
