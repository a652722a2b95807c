import type { JournalLine } from '../../functions/journal/journal-line.ts'
import type { Head } from '../../functions/journal/journal-object.ts'
import type { Files } from '../../functions/platform/files.ts'
import type { Entry } from './entry-sums.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { walkChain } from './journal-chain.ts'

export type JournalRead = { last: Head; findings: Finding[] }

/** Of the entries, what is still to be compared: neither side keeps one for longer than its evidence. */
export type IsOver = (at: string | undefined) => boolean

/** Reads on from an object, and tells each entry that was written; what else was done to one is a finding. */
export async function readJournal(
  files: Files,
  { from, over }: { from: Head; over: IsOver },
  tell: (entry: Entry) => void,
): Promise<JournalRead> {
  const findings: Finding[] = []
  let last = from
  for await (const link of walkChain(files, from, over)) {
    findings.push(...link.findings)
    if (link.object === undefined) continue
    last = link.object.head
    for (const line of link.object.lines) {
      if (over(line.said?.at ?? line.seenAt)) continue
      findings.push(...misdeed(line))
      const { pk, sk, sha256, did } = line
      if (did === 'INSERT' && sha256 !== undefined) tell({ pk, sk, sha256 })
    }
  }
  return { last, findings }
}

/** The stream saw it, so it is known even of an entry that was put back as it had been. */
function misdeed({ did, pk, sk }: JournalLine): Finding[] {
  return findingsOf(3, `${pk} ${sk}`, {
    'entry changed': did === 'MODIFY',
    'entry removed': did === 'REMOVE',
  })
}
