import { readCopiedHead, readHead } from '../../functions/journal/journal-head.ts'
import type { JournalLine } from '../../functions/journal/journal-line.ts'
import { type Head, objectKey, parseObject, start } from '../../functions/journal/journal-object.ts'
import { type Files, getStream } from '../../functions/platform/files.ts'
import { fromItem, type Tables } from '../../functions/platform/table.ts'
import { walkChain } from '../audit/journal-chain.ts'
import { scanItems } from '../audit/reader.ts'

/** What was written into the ledger since a copy was made, by whom or what it is about. */
export type Touched = {
  contacts: Set<string>
  suppressions: { pk: string; sk: string }[]
  audits: { pk: string; sk: string }[]
  /** What is older was surely in the copy. */
  since: Date
}

type Place = Pick<JournalLine, 'pk' | 'sk'>

/** Older than anything that was under way when the copy was made, or not yet in the journal. */
const marginMs = 3_600_000

/**
 * By the journal, which nobody can change: the copy itself knows how far it had come, and all later
 * objects tell what has happened since.
 * @throws when the copy knows no journal, or the journal is not whole: then the ledger must be walked.
 */
export async function touchedSince(
  tables: Pick<Tables, 'db' | 'main'>,
  journal: Files,
): Promise<Touched> {
  const copied = await copiedHead(tables)
  if (copied.sequence === 0)
    throw new Error('This table knows of no journal. Is it a copy of Main?')
  const touched = nothing(copied)
  let end = await before(journal, copied)
  for await (const { object, findings } of walkChain(journal, end, () => false)) {
    const [broken] = findings
    if (broken !== undefined) throw new Error(`${broken.kind}: ${broken.id}. Use --whole.`)
    if (object === undefined) continue
    end = object.head
    for (const line of object.lines) add(touched, line)
  }
  return touched
}

/** The journal goes on in a closed table, and brings its head up to date with the first act of anybody. */
const copiedHead = async (tables: Pick<Tables, 'db' | 'main'>): Promise<Head> =>
  (await readCopiedHead(tables)) ?? (await readHead(tables))

/** The end of the chain some time before: an object names the one before it. */
async function before(journal: Files, copied: Head): Promise<Head> {
  const since = sinceOf(copied).getTime()
  let head = copied
  while (head.sequence > 0 && Date.parse(head.seenAt) > since) {
    head = parseObject(await textOf(journal, objectKey(head.sequence))).previous
  }
  return head.sequence === 0 ? start : head
}

async function textOf(files: Files, key: string): Promise<string> {
  let text = ''
  for await (const chunk of (await getStream(files, key)).setEncoding('utf8')) text += String(chunk)
  return text
}

/** By the whole ledger: hours, where the house is large, and needs no journal. */
export async function touchedEver(
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>,
): Promise<Touched> {
  const { db, ledger } = tables
  const touched = nothing(await copiedHead(tables))
  for await (const item of scanItems(db, ledger)) {
    const { pk, sk } = fromItem({ pk: item.pk ?? { S: '' }, sk: item.sk ?? { S: '' } })
    add(touched, { pk: String(pk), sk: String(sk) })
  }
  return touched
}

const sinceOf = ({ seenAt }: Head): Date => new Date(Date.parse(seenAt) - marginMs)

const nothing = (copied: Head): Touched => ({
  contacts: new Set(),
  suppressions: [],
  audits: [],
  since: sinceOf(copied),
})

function add({ contacts, suppressions, audits }: Touched, { pk, sk }: Place): void {
  if (pk.startsWith('C#')) contacts.add(pk.slice(2))
  else if (pk.startsWith('S#')) suppressions.push({ pk, sk })
  else if (pk.startsWith('AUDIT#')) audits.push({ pk, sk })
}
