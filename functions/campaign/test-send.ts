import * as v from 'valibot'
import { auditPut } from '../consent/ledger.ts'
import { type Address, addressSchema } from '../contact/address.ts'
import { Addressee, type Mailer } from '../platform/mailer.ts'
import { type Tables, transact } from '../platform/table.ts'
import type { Campaign } from './campaign-record.ts'
import type { Press } from './freeze.ts'
import { preview } from './preview.ts'

/** Whose mailbox is the company's own; the role that sends can reach no other (`mayTryOnColleagues`). */
class CompanyMailbox extends Addressee {
  readonly #colleague = true
  get colleague(): boolean {
    return this.#colleague
  }
  static at(domain: string, address: Address): CompanyMailbox | undefined {
    return address.endsWith(`@${domain}`) ? new CompanyMailbox(address) : undefined
  }
}
export type Colleague = CompanyMailbox

export const testSendSchema = v.strictObject({
  language: v.pipe(v.string(), v.maxLength(3)),
  to: addressSchema,
})
export type TestSend = v.InferOutput<typeof testSendSchema>

export type TestDesk = Press & {
  tables: Pick<Tables, 'db' | 'ledger'>
  mailer: Mailer<Colleague>
  /** Where colleagues have their mailboxes. */
  colleagueDomain: string
  clock: () => Date
}

/**
 * Sends a campaign's mail, as it is now, to one colleague. It says that it is a test, nothing of it is
 * counted, and its links to unsubscribe and to choices are nobody's, so that no press changes anything.
 */
export async function sendTest(
  desk: TestDesk,
  staff: string,
  {
    campaignId,
    campaign,
    test: { language, to },
  }: { campaignId: string; campaign: Campaign; test: TestSend },
): Promise<'sent' | 'no-colleague' | 'no-language'> {
  const { tables, mailer, colleagueDomain, clock } = desk
  const colleague = CompanyMailbox.at(colleagueDomain, to)
  if (colleague === undefined) return 'no-colleague'
  const now = clock()
  const known = { campaignId, campaign }
  const drawn = await preview(desk, known, { language, counted: false, interests: [], now })
  if (drawn === undefined) return 'no-language'
  const details = { language }
  const action = 'campaign-test-send'
  await transact(tables.db, [
    { Put: auditPut(tables, { at: now, staff, action, subject: campaignId, details }) },
  ])
  await mailer({ ...drawn, to: [colleague], subject: `[Test] ${drawn.subject}` })
  return 'sent'
}
