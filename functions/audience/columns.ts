import { isTopic, type Policy } from '../consent/policy.ts'
import type { Criteria } from './criteria.ts'
import type { Member } from './members.ts'

export type Cell = string | number | undefined

/** Where a cell comes from; a column that is not here is in no export. */
const cells = {
  ref: (_, ref) => ref,
  email: ({ identity }) => identity.email,
  name: ({ identity }) => identity.name,
  phone: ({ identity }) => identity.phone,
  company: ({ identity }) => identity.company,
  title: ({ identity }) => identity.title,
  language: ({ language }) => language,
  basis: ({ forPurpose }) => forPurpose.basis,
  since: ({ forPurpose }) => forPurpose.at,
  notice_version: ({ forPurpose }) => forPurpose.noticeVersion,
  ledger_id: ({ forPurpose }) => forPurpose.ledgerId,
  topic_basis: ({ forTopic }) => forTopic.basis,
  topic_since: ({ forTopic }) => forTopic.at,
  topic_notice_version: ({ forTopic }) => forTopic.noticeVersion,
  topic_ledger_id: ({ forTopic }) => forTopic.ledgerId,
} as const satisfies Record<string, (member: Member, ref: string) => Cell>
export type Column = keyof typeof cells

const evidence = ['basis', 'since', 'notice_version', 'ledger_id'] as const
const topicEvidence = [
  'topic_basis',
  'topic_since',
  'topic_notice_version',
  'topic_ledger_id',
] as const

/** The columns of an export: who it is, as far as the purpose needs it, and the proof (EXP-01). */
export type Columns = { person: readonly Column[]; evidence: readonly Column[] }

export function columnsFor(
  policy: Policy,
  { topic, purpose }: Pick<Criteria, 'topic' | 'purpose'>,
): Columns {
  return {
    person: ['ref', ...personColumns(policy, purpose)],
    evidence: topic === purpose ? evidence : [...evidence, ...topicEvidence],
  }
}

function personColumns(policy: Policy, purpose: string): readonly Column[] {
  if (isTopic(policy, purpose)) return ['email', 'name', 'language']
  if (purpose === 'calls') return ['email', 'name', 'phone', 'company', 'title', 'language']
  // Tracking and profiling need to know whom they may be about, not what the person is called.
  return ['email', 'language']
}

export function cellsOf(columns: readonly Column[], member: Member, ref: string): Cell[] {
  return columns.map((column) => cells[column](member, ref))
}
