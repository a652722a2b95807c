import { deltaOf } from '../../functions/audience/delta.ts'
import { mayStillBeUsed } from '../../functions/audience/disclosures.ts'
import type { ExportRecord } from '../../functions/audience/export-record.ts'
import { readManifest } from '../../functions/audience/manifest.ts'
import type { ReadFile } from '../../functions/audience/member-list.ts'
import { isOff } from '../../functions/consent/choices.ts'
import { contactItemKey, parseContact } from '../../functions/contact/contact.ts'
import { membershipPk, shardOf } from '../../functions/contact/membership.ts'
import { type Files, getLines } from '../../functions/platform/files.ts'
import type { Audit } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { parsed } from './parsed.ts'
import { textReader } from './text-reader.ts'

type Exported = { exportId: string; record: ExportRecord }

/**
 * Invariant 8, seen from the recipient's side: whoever was in a file that may still be used, and may not
 * be used for it any more, is among those it is told to drop (EXP-04, art. 19).
 */
export async function recallFindings(
  audit: Audit,
  files: Files,
  { exportId, record }: Exported,
): Promise<Finding[]> {
  const { store, now } = audit
  const { firstManifest } = record
  if (firstManifest === undefined || !mayStillBeUsed(store.policy, record, now)) return []
  const read = textReader(files)
  const { members } = await readManifest(read, firstManifest)
  const gone = new Set<string>()
  let together: Member[] = []
  const look = async (): Promise<void> => {
    for (const ref of await whoLeft(audit, record, together)) gone.add(ref)
    together = []
  }
  for await (const line of getLines(files, members)) {
    const [ref = '', contactId = ''] = line.split(' ')
    together.push({ ref, contactId })
    if (together.length === mostTogether) await look()
  }
  await look()
  // Read after everybody has been looked at: who leaves meanwhile is in it.
  if (gone.size > 0) for await (const ref of recalled(audit, read, exportId)) gone.delete(ref)
  return findingsOf(8, `X#${exportId}`, { 'somebody left without a recall': gone.size > 0 })
}

type Member = { ref: string; contactId: string }
/** Two items a person; DynamoDB reads a hundred together. */
const mostTogether = 50

/** By the index and by the choice itself: time alone takes nobody out before the sweep has. */
async function whoLeft(
  { store, reader }: Audit,
  { criteria: { topic, purpose } }: ExportRecord,
  members: readonly Member[],
): Promise<string[]> {
  if (members.length === 0) return []
  const table = store.tables.main
  const items = await reader.items(
    members.flatMap(({ contactId }) => [
      { table, key: { pk: membershipPk(topic, shardOf(contactId)), sk: contactId } },
      { table, key: contactItemKey(contactId) },
    ]),
  )
  return members.flatMap(({ ref }, index) => {
    const [membership, item] = items.slice(2 * index, 2 * index + 2)
    const choice = item && parsed(() => parseContact(item))?.choices[purpose]
    const isIn = membership !== undefined && choice !== undefined && !isOff(choice.state)
    return isIn ? [] : [ref]
  })
}

async function* recalled(
  { store: { tables, policy }, now }: Audit,
  read: ReadFile,
  exportId: string,
): AsyncGenerator<string> {
  const desk = { tables, policy, read, clock: () => now }
  let cursor: string | undefined
  for (;;) {
    const delta = await deltaOf(desk, exportId, cursor)
    if (delta.kind !== 'changes') return
    for (const { ref, change } of delta.changes) if (change === 'left') yield ref
    if (!delta.more) return
    cursor = delta.cursor
  }
}
