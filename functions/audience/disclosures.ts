import type { Policy } from '../consent/policy.ts'
import { shardOf } from '../contact/membership.ts'
import type { Tables } from '../platform/table.ts'
import { allExports, type ListedExport } from './export-list.ts'
import { readManifest } from './manifest.ts'
import { findMembers, type ReadFile } from './member-list.ts'
import { readAhead } from './read-ahead.ts'

/** One recipient who was given one person, and what for (C-154/21: by name). */
export type Disclosure = {
  exportId: string
  /** As the policy declares it; its name is the id where the policy has dropped it since. */
  recipient: { id: string; name: string; country?: string }
  topic: string
  purpose: string
  /** When the file left us first. */
  at: string
}

/** Exports looked into at the same time; each is two small reads. */
const depth = 8

/**
 * Who was given this person, newest first, from the member lists of all files that were ever fetched
 * and may still be used (EXP-04, RIGHT-06). Needs nothing of the contact, who may be erased.
 */
export async function disclosuresOf(
  store: { tables: Pick<Tables, 'db' | 'main'>; policy: Policy; read: ReadFile },
  contactId: string,
  now: Date,
): Promise<Disclosure[]> {
  const disclosures: Disclosure[] = []
  const look = (each: ListedExport) => disclosureIn(store, each, { contactId, now })
  for await (const disclosure of readAhead(allExports(store.tables, now), depth, look)) {
    if (disclosure !== undefined) disclosures.push(disclosure)
  }
  return disclosures
}

async function disclosureIn(
  { policy, read }: { policy: Policy; read: ReadFile },
  { exportId, record }: ListedExport,
  { contactId, now }: { contactId: string; now: Date },
): Promise<Disclosure | undefined> {
  const { given, criteria } = record
  if (given === undefined || !mayStillBeUsed(policy, record, now)) return undefined
  const { members, shards } = await readManifest(read, given.manifest)
  const list = shards.find(({ shard }) => shard === shardOf(contactId))
  if (list === undefined) return undefined
  const found = await findMembers(read, { key: members, list }, [contactId])
  if (!found.has(contactId)) return undefined
  const { topic, purpose, recipient: id } = criteria
  const declared = policy.recipients[id]
  const recipient =
    declared === undefined
      ? { id, name: id }
      : { id, name: declared.name, country: declared.country }
  return { exportId, recipient, topic, purpose, at: given.at }
}

const dayMs = 86_400_000

/** Its member lists are there for as long. */
export function mayStillBeUsed(
  { retention }: Policy,
  { requestedAt }: { requestedAt: string },
  now: Date,
): boolean {
  return now.getTime() < Date.parse(requestedAt) + retention.recall * dayMs
}
