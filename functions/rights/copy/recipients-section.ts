import { inLanguage, type Policy } from '../../consent/policy.ts'
import { type CopySection, columns, rowOf } from './copy-section.ts'

/** By name, whoever may be given data of the person (GDPR art. 15(1)(c), C-154/21), and for what. */
export function recipientsSection(policy: Policy, language: string): CopySection {
  return {
    id: 'recipients',
    art20: false,
    columns: [
      ...columns('text', 'recipient', 'country', 'why'),
      ...columns('purpose', 'receives'),
      ...columns('text', 'transfer'),
    ],
    rows: Object.values(policy.recipients).map(({ name, country, why, receives, transfer }) =>
      rowOf({
        recipient: name,
        country,
        why: inLanguage(policy, why, language),
        receives,
        transfer,
      }),
    ),
  }
}
