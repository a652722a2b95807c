import { states } from '../../consent/choices.ts'
import { evidenceSchema } from '../../consent/ledger.ts'
import { shownWording } from '../../consent/notice.ts'
import type { Policy } from '../../consent/policy.ts'
import type { OpenContact } from '../../contact/contact.ts'
import { openIdentity } from '../../contact/vault.ts'
import type { Tables } from '../../platform/table.ts'
import { type KnownEntry, readEntries } from '../entries.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

const times = ['requestedAt', 'mailedAt', 'confirmedAt', 'importedAt']
const words = ['actor', 'method', 'privacySignal', 'evidenceKind', 'optOutOffered']
const ids = ['signUpId', 'requestId', 'importId', 'undoes', 'campaign']
const other = (all: readonly string[]) =>
  Object.keys(evidenceSchema.entries).filter((name) => !all.includes(name))

/**
 * Every act that ever changed a choice, in order, with the evidence of each: also of what has been
 * overruled since (REC-01), and with the words the person was shown (CONS-04).
 */
export function historySection(
  { tables, policy }: { tables: Tables; policy: Policy },
  contact: OpenContact,
): CopySection {
  return {
    id: 'history',
    art20: false,
    columns: [
      ...columns('word', 'act'),
      ...columns('time', 'at'),
      ...columns('purpose', ...states),
      ...columns('time', 'until'),
      ...columns('word', 'basis', ...words),
      ...columns('purpose', 'asked'),
      ...columns('text', 'wording', 'noticeVersion'),
      ...columns('text', ...other([...times, ...words, ...ids, 'asked'])),
      ...columns('time', ...times),
      ...columns('text', 'email', 'name'),
      ...columns('id', 'ledgerId', ...ids),
    ],
    rows: rowsOf(tables, policy, contact),
  }
}

async function* rowsOf(tables: Tables, policy: Policy, contact: OpenContact): AsyncGenerator<Row> {
  for await (const known of readEntries(tables, contact.contactId)) {
    yield historyRow(policy, contact, known)
  }
}

function historyRow(policy: Policy, { key }: OpenContact, { entry, asked }: KnownEntry): Row {
  const { kind, at, ledgerId, noticeVersion, changes, evidence, sealed } = entry
  const byState = states.map((state): [string, string[] | undefined] => {
    const purposes = changes.filter((change) => change.state === state)
    return [state, purposes.length === 0 ? undefined : purposes.map(({ purpose }) => purpose)]
  })
  const bases = new Set(changes.flatMap(({ basis }) => basis ?? []))
  const untils = new Set(changes.flatMap(({ until }) => until ?? []))
  const identity = sealed === undefined ? {} : openIdentity(key, 'ledger', sealed)
  return rowOf({
    act: kind,
    at,
    ...Object.fromEntries(byState),
    basis: bases.size === 0 ? undefined : [...bases],
    until: untils.size === 0 ? undefined : [...untils],
    ...evidence,
    wording: shownWording(policy, entry, asked),
    noticeVersion,
    ...identity,
    ledgerId,
  })
}
