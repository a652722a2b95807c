import { randomBytes } from 'node:crypto'
import type { KeySource } from '../platform/keyring.ts'
import { fill } from '../platform/mail-template.ts'
import type { MailHeader } from '../platform/mailer.ts'
import { inOrderOf } from './block-order.ts'
import type { Campaign } from './campaign-record.ts'
import { compose } from './compose.ts'
import type { Press } from './freeze.ts'
import { messageIdOf } from './message-record.ts'

export type Preview = { subject: string; html: string; text: string; headers: MailHeader[] }

/** Nobody's, and signed with a key that nobody holds: its links turn nothing off and count nothing. */
const nobody = '00000000-0000-4000-8000-000000000000'
const nobodysKeys = (): KeySource => {
  const bytes = randomBytes(32)
  return async () => [{ id: 1, bytes, state: 'current' }]
}

type Reader = { language: string; counted: boolean; interests: readonly string[]; now: Date }

/**
 * The mail as one reader gets it, with links that lead nowhere for anybody.
 * @property counted whether the reader has allowed opens and clicks to be recorded.
 * @property interests the reader's, the strongest first; of one who is not profiled there are none, and tagged
 * blocks stand as they are written.
 */
export async function preview(
  press: Press,
  { campaignId, campaign }: { campaignId: string; campaign: Campaign },
  { language, counted, interests, now }: Reader,
): Promise<Preview | undefined> {
  // Drawing a mail takes a Markdown parser, which would be a third of every cold start.
  const { freeze } = await import('./freeze.ts')
  const { mails, links } = freeze(press, campaign)
  const mail = mails.find((each) => each.language === language)
  if (mail === undefined) return undefined
  const { values, headers } = await compose(
    { ...press, keys: nobodysKeys() },
    {
      campaignId,
      campaign: { topic: campaign.topic, links, trap: press.policy.controller.website },
      messageId: messageIdOf(campaign.key, nobody),
      contactId: nobody,
      language,
      choice: {
        state: 'given',
        basis: campaign.basis,
        at: now.toISOString(),
        rank: '',
        noticeVersion: press.policy.notice.version,
        ledgerId: nobody,
      },
      recorded: {
        opens: counted ? 'person' : 'nothing',
        clicks: counted ? 'person' : 'nothing',
      },
      blocks: inOrderOf(
        new Map(interests.map((interest, index) => [interest, interests.length - index])),
        mail.blocks,
      ),
    },
  )
  return {
    subject: fill(mail.subject, values),
    html: fill(mail.html, values),
    text: fill(mail.text, values),
    headers,
  }
}
