/**
 * One kind of thing that is held about a person, as it goes into their copy: page, JSON and CSV are
 * drawn from the same rows, so none of them says more than the others (RIGHT-07).
 */
export type CopySection = {
  id: SectionId
  /** Among what the person may take elsewhere (GDPR art. 20): they gave it, by consent or contract. */
  art20: boolean
  /** The first one is what an entry is called on the page. */
  columns: readonly Column[]
  rows: AsyncIterable<Row> | Iterable<Row>
}

export const sectionIds = [
  'profile',
  'choices',
  'suppressions',
  'sign-ups',
  'history',
  'requests',
  'letters',
  'used-links',
  'messages',
  'stops',
  'last-open',
  'interests',
  'engagements',
  'register-check',
  'recipients',
  'receipts',
] as const
export type SectionId = (typeof sectionIds)[number]

/** What a cell means, for those who show it. */
export type Column = {
  name: string
  as: 'text' | 'time' | 'word' | 'purpose' | 'interest' | 'id' | 'machine'
}
export type Cell = string | number | boolean | readonly string[] | undefined
export type Row = Readonly<Record<string, Cell>>

export const columns = (as: Column['as'], ...names: readonly string[]): Column[] =>
  names.map((name) => ({ name, as }))

/** A field of a stored thing as a cell; what has no text, such as a seal, has none here either. */
function cellOf(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  if (Array.isArray(value)) return value.map(String)
  return value instanceof Date ? value.toISOString() : undefined
}

/** Every field that has a text, also one that was added after this was written. */
export function rowOf(fields: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cellOf(value)]))
}
