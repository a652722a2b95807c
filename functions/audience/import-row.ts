import * as v from 'valibot'
import type { Policy } from '../consent/policy.ts'
import { addressSchema } from '../contact/address.ts'
import { identityLines } from '../contact/identity-fields.ts'
import type { Identity } from '../contact/vault.ts'
import {
  daySchema,
  type Field,
  referenceSchema,
  type StoredDeclaration,
} from './import-declaration.ts'

/** A row that can be acted on: who, and the proof of what they said. */
export type Row = {
  identity: Identity
  language: string
  evidenceRef: string
  /** The day that the proof is of: a yes is as old as its evidence. */
  collected: Date
}
export type BadRow =
  /** A column does not hold what it must; none of it is stored. */
  | 'invalid-email'
  | 'invalid-person'
  | 'invalid-language'
  | 'invalid-evidence'
  | 'not-utf-8'
  /** Neither the row nor the file says where a proof lies, or of which day it is: all stays unknown. */
  | 'no-evidence'
export type ParsedRow =
  | { kind: 'row'; row: Row }
  | { kind: 'bad'; reason: BadRow }
  | { kind: 'empty' }

/** Which field each column of the file holds, by its headings; undefined without a column of addresses. */
export function columnsIn(
  headings: readonly string[],
  { columns }: Pick<StoredDeclaration, 'columns'>,
): (Field | '')[] | undefined {
  const wanted = new Map(columns.map(({ field, heading }) => [heading.toLowerCase(), field]))
  const found = headings.map((heading) => wanted.get(heading.trim().toLowerCase()) ?? '')
  const named = found.filter((field) => field !== '')
  const unclear = new Set(named).size < named.length
  return found.includes('email') && !unclear ? found : undefined
}

type Cells = Readonly<Record<Field, string>>

function cellsOf(columns: readonly (Field | '')[], record: readonly string[]): Cells {
  const cells: Record<Field, string> = {
    email: '',
    name: '',
    company: '',
    title: '',
    phone: '',
    language: '',
    evidence: '',
    collected: '',
  }
  columns.forEach((field, index) => {
    if (field !== '') cells[field] = record[index]?.trim() ?? ''
  })
  return cells
}

const personSchema = v.object(identityLines)

/** What one line of the file says; a reason never repeats what stood there (SEC-14). */
export function parseRow(
  { policy, declaration, now }: { policy: Policy; declaration: StoredDeclaration; now: Date },
  columns: readonly (Field | '')[],
  record: readonly string[],
): ParsedRow {
  if (record.every((cell) => cell.trim() === '')) return { kind: 'empty' }
  const bad = (reason: BadRow): ParsedRow => ({ kind: 'bad', reason })
  if (record.some((cell) => cell.includes('\ufffd'))) return bad('not-utf-8')
  const cells = cellsOf(columns, record)
  const email = v.safeParse(addressSchema, cells.email)
  if (!email.success) return bad('invalid-email')
  const person = v.safeParse(personSchema, cells)
  if (!person.success) return bad('invalid-person')
  const language = languageOf(policy, declaration, cells.language)
  if (language === undefined) return bad('invalid-language')
  const evidence = evidenceOf(declaration, cells, now)
  if (typeof evidence === 'string') return bad(evidence)
  const told = Object.entries(person.output).filter(([, text]) => text !== '')
  return {
    kind: 'row',
    row: {
      identity: { ...Object.fromEntries(told), email: email.output },
      language,
      ...evidence,
    },
  }
}

function languageOf(
  { languages }: Policy,
  declaration: StoredDeclaration,
  cell: string,
): string | undefined {
  const wanted = cell === '' ? (declaration.language ?? languages[0]) : cell.toLowerCase()
  return languages.find((language) => language === wanted)
}

/** The row's own evidence before the file's; a cell that is not well formed is not passed over. */
function evidenceOf(
  { evidence }: StoredDeclaration,
  cells: Cells,
  now: Date,
): Pick<Row, 'evidenceRef' | 'collected'> | 'no-evidence' | 'invalid-evidence' {
  const reference = cells.evidence === '' ? evidence.reference : cells.evidence
  const day = cells.collected === '' ? evidence.collected : cells.collected
  if (reference === undefined || day === undefined) return 'no-evidence'
  const own = v.safeParse(v.tuple([referenceSchema, daySchema]), [reference, day])
  if (!own.success) return 'invalid-evidence'
  const collected = new Date(own.output[1])
  if (collected > now) return 'invalid-evidence'
  return { evidenceRef: own.output[0], collected }
}
