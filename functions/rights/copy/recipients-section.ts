import type { Disclosure } from '../../audience/disclosures.ts'
import { inLanguage, type Policy } from '../../consent/policy.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** Who was given this person, by name and day (GDPR art. 15(1)(c), C-154/21). */
export type DisclosuresOf = (contactId: string, now: Date) => Promise<readonly Disclosure[]>

/** Whoever was given data of the person, and then whoever may be, with what for. */
export function recipientsSection(
  { policy, disclosuresOf }: { policy: Policy; disclosuresOf: DisclosuresOf },
  { contactId, language }: { contactId: string; language: string },
  now: Date,
): CopySection {
  return {
    id: 'recipients',
    art20: false,
    columns: [
      ...columns('text', 'recipient', 'country'),
      ...columns('time', 'gotAt'),
      ...columns('purpose', 'topic', 'purpose', 'receives'),
      ...columns('text', 'why', 'transfer'),
      ...columns('id', 'exportId'),
    ],
    rows: rowsOf(),
  }

  async function* rowsOf(): AsyncGenerator<Row> {
    for (const { recipient, at, ...rest } of await disclosuresOf(contactId, now)) {
      yield rowOf({ recipient: recipient.name, country: recipient.country, gotAt: at, ...rest })
    }
    for (const { name, country, why, receives, transfer } of Object.values(policy.recipients)) {
      const because = inLanguage(policy, why, language)
      yield rowOf({ recipient: name, country, why: because, receives, transfer })
    }
  }
}
