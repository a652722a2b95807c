import { createHash } from 'node:crypto'
import { declarationOf, inLanguage, type Policy } from './policy.ts'

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
  const wording = [...purposes].sort().flatMap((purpose) => {
    const declaration = declarationOf(policy, purpose)
    if (declaration === undefined) return [purpose]
    const { name, description } = declaration
    return [purpose, inLanguage(policy, name, language), inLanguage(policy, description, language)]
  })
  const lines = [controller.name, String(notice.version), notice.date, language, ...wording]
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
