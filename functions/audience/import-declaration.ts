import * as v from 'valibot'
import { evidenceBases, evidenceKind } from '../consent/import-evidence.ts'
import { isTopic, type Policy } from '../consent/policy.ts'
import type { FieldError } from '../platform/field-errors.ts'

/** What a column can hold; every other column of a file is left unread. */
export const fields = [
  'email',
  'name',
  'company',
  'title',
  'phone',
  'language',
  'evidence',
  'collected',
] as const
export type Field = (typeof fields)[number]

/** As large as some hundred thousand people; the file lies there until each of them could be told. */
const mostBytes = 25_000_000

/** Points at a proof, which is kept elsewhere: no sentence, so that it hardly names anybody (SEC-14). */
export const referenceSchema = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[\p{L}\p{N}_./:#-]{1,120}$/u, 'must be a reference without spaces or an address'),
)
/** 31 February is well formed, and there is none. */
const isDay = (day: string): boolean => {
  const at = new Date(day)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}
export const daySchema = v.pipe(
  v.string(),
  v.trim(),
  v.isoDate('must be a date like 2026-11-01'),
  v.check(isDay, 'must be a day that there is'),
)
const heading = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100), v.regex(/^[^@]*$/))
const headings = v.strictObject({
  email: v.optional(heading),
  name: v.optional(heading),
  company: v.optional(heading),
  title: v.optional(heading),
  phone: v.optional(heading),
  language: v.optional(heading),
  evidence: v.optional(heading),
  collected: v.optional(heading),
} satisfies Record<Field, v.GenericSchema>)

const evidence = v.strictObject({
  kind: evidenceKind,
  /** Where the proof lies, and the day it is of; a row's own go before these (CONS-14). */
  reference: v.optional(referenceSchema),
  collected: v.optional(daySchema),
  /** CONS-11. */
  optOutOffered: v.optional(v.literal(true)),
})

const common = {
  topics: v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.minLength(1), v.maxLength(15)),
  /** Where these people are from: they read it, so it is a sentence of the company's. */
  source: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(3),
    v.maxLength(120),
    v.regex(/^[^@+\p{Cc}]*$/u, 'must be one line that names nobody'),
  ),
  evidence,
  /** The version of the notice that they had read. */
  noticeVersion: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Of those whose row names none. */
  language: v.optional(v.string()),
  delimiter: v.optional(v.picklist([',', ';', '\t'], 'must be a comma, a semicolon or a tab'), ','),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostBytes)),
  /** Reports what an import would do, and does nothing of it. */
  dryRun: v.optional(v.boolean(), false),
}

/** What a colleague says of a file before it is uploaded. */
export const declarationSchema = v.strictObject({ ...common, columns: v.optional(headings, {}) })
export type Declaration = v.InferOutput<typeof declarationSchema>

/** As it is stored: a list, since no attribute of ours is called like what names a person (invariant 10). */
export const storedDeclarationSchema = v.object({
  ...common,
  columns: v.array(v.object({ field: v.picklist(fields), heading: v.string() })),
})
export type StoredDeclaration = v.InferOutput<typeof storedDeclarationSchema>

export function stored({ columns, ...declaration }: Declaration): StoredDeclaration {
  const named = fields.map((field) => ({ field, heading: columns[field] ?? field }))
  return { ...declaration, columns: named }
}

/** Why a declaration is refused. */
export type Refusal =
  | { kind: 'unknown-topic'; declared: string[] }
  /** The policy lets no import turn this topic on, or not on such evidence. */
  | { kind: 'undeclared-evidence'; topic: string; declared: readonly string[] }
  | { kind: 'invalid'; errors: FieldError[] }

/** What of it the policy does not allow; asked again before a file is worked off, since policies change. */
export function refusalOf(
  policy: Policy,
  { topics, evidence, noticeVersion, language }: Omit<Declaration, 'columns'>,
  now: Date,
): Refusal | undefined {
  for (const topic of topics) {
    if (!isTopic(policy, topic)) {
      return { kind: 'unknown-topic', declared: Object.keys(policy.topics) }
    }
    const declared = policy.imports[topic] ?? []
    if (!declared.includes(evidence.kind)) return { kind: 'undeclared-evidence', topic, declared }
  }
  const customers = evidenceBases[evidence.kind] === 'existing_customer'
  const wrong: Record<string, [boolean, string]> = {
    'evidence.optOutOffered': [
      customers && !evidence.optOutOffered,
      'must be true: whoever could not say no in the sale is no customer to write to',
    ],
    'evidence.collected': [
      evidence.collected !== undefined && new Date(evidence.collected) > now,
      'must not lie ahead',
    ],
    noticeVersion: [noticeVersion > policy.notice.version, 'must be a version of the notice'],
    language: [
      language !== undefined && !policy.languages.includes(language),
      `must be one of ${policy.languages.join(', ')}`,
    ],
  }
  const errors = Object.entries(wrong).flatMap(([field, [is, message]]) =>
    is ? [{ field, message }] : [],
  )
  return errors.length === 0 ? undefined : { kind: 'invalid', errors }
}
