import { createHash } from 'node:crypto'
import type { LedgerEntry } from './ledger.ts'
import { declarationOf, inLanguage, type Policy } from './policy.ts'

/**
 * The wording a person is shown for these topics and purposes: name and description of each, in the
 * language shown.
 */
function wordingOf(policy: Policy, language: string, purposes: readonly string[]): string[] {
  return [...purposes].sort().flatMap((purpose) => {
    const declaration = declarationOf(policy, purpose)
    if (declaration === undefined) return [purpose]
    const { name, description } = declaration
    return [purpose, inLanguage(policy, name, language), inLanguage(policy, description, language)]
  })
}

/**
 * The SHA-256 of the wording a person was shown for these topics and purposes (CONS-04): who asks,
 * the notice's version, and name and description of each, in the language shown, line by line.
 */
export function noticeSha256(
  policy: Policy,
  language: string,
  purposes: readonly string[],
): string {
  const { controller, notice } = policy
  const wording = wordingOf(policy, language, purposes)
  const lines = [controller.name, String(notice.version), notice.date, language, ...wording]
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

/**
 * The exact words that an act rests on, as far as today's policy still says them: the hash decides.
 * Undefined when the wording has changed since; then the hash, the version and the language tell which
 * of the owner's kept policies to look in.
 * @param asked what the form behind the act had asked for.
 */
export function shownWording(
  policy: Policy,
  { changes, evidence: { language, noticeSha256: shown } }: LedgerEntry,
  asked: readonly string[] = [],
): string[] | undefined {
  if (shown === undefined || language === undefined) return undefined
  const purposes = [asked, changes.map(({ purpose }) => purpose)].find(
    (each) => noticeSha256(policy, language, each) === shown,
  )
  return purposes && wordingOf(policy, language, purposes)
}
