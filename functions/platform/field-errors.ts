import type * as v from 'valibot'

export type FieldError = { field: string; message: string }
type Issues = readonly v.BaseIssue<unknown>[]

/**
 * What was wrong with which field. An answer repeats no value that it was sent, and no name that could
 * be somebody's address, name or token (SEC-12).
 */
export function fieldErrors(issues: Issues): FieldError[] {
  return issues.map(({ message, path = [] }) => ({
    field: ownNames(path).join('.'),
    message: message.replace(/(?:but r|R)eceived [\s\S]*$/, '').trim(),
  }))
}

/** Down to the first name that nothing asks for, or that is none of a field or purpose. */
function ownNames(path: readonly v.IssuePathItem[]): string[] {
  const foreign = path.findIndex(
    ({ key, origin }) => origin === 'key' || !/^[\w-]{1,32}$/.test(String(key)),
  )
  return path.slice(0, foreign < 0 ? undefined : foreign).map(({ key }) => String(key))
}
