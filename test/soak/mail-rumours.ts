import { setTimeout as wait } from 'node:timers/promises'
import type { Books } from '../support/e2e-books.ts'
import { bounceDetail, complaintDetail, sesEventBody, type Told } from '../support/ses-events.ts'
import { one } from './acts.ts'
import { type CampaignMail, type Inbox, messagesOf } from './inbox.ts'
import type { Person } from './person.ts'

export type Rumours = {
  books: Books
  inbox: Inbox
  people: readonly Person[]
  random: () => number
  /** Says it as SES does. */
  tell: (event: string) => Promise<unknown>
  count: (what: string) => void
}

const harmless = ['Send', 'Delivery', 'DeliveryDelay', 'Delivery'] as const
const grave = ['Bounce', 'Complaint', 'SoftBounce', 'NotSpam', 'Reject', ...harmless] as const

/**
 * What SES tells of mails over and above what became of them: doubled and late for everybody, and for
 * the noisy mailboxes contradictory, too. A mail that was delivered may bounce and be complained of.
 */
export async function spreadRumours(
  { books, inbox, people, random, tell, count }: Rumours,
  going: () => boolean,
): Promise<void> {
  const noisy = new Set(
    people.filter(({ mailbox }) => mailbox === 'noisy').map(({ email }) => email),
  )
  while (going()) {
    await wait(700)
    const mail = one(random, inbox.mails().slice(-100))
    if (mail === undefined) continue
    const kind = one(random, noisy.has(mail.to) ? grave : harmless)
    const messageId = (await messagesOf(books, [mail])).get(mail)
    if (kind === undefined || messageId === undefined) continue
    const event = eventOf(kind, mail, messageId)
    for (let times = random() < 0.5 ? 2 : 1; times > 0; times--) await tell(event)
    count(`event ${kind}`)
  }
}

function eventOf(
  kind: (typeof grave)[number],
  { to, at, campaignId, contactId }: CampaignMail,
  messageId: string,
): string {
  const now = new Date()
  const told = {
    email: to,
    at: now,
    sentAt: new Date(at),
    contactId,
    tags: { campaign: [campaignId], message: [messageId] },
  } satisfies Omit<Told, 'type'>
  switch (kind) {
    case 'Bounce':
      return sesEventBody({ ...told, type: 'Bounce', detail: bounceDetail(to, now) })
    case 'SoftBounce': {
      const detail = bounceDetail(to, now, { bounceType: 'Transient' })
      return sesEventBody({ ...told, type: 'Bounce', detail })
    }
    case 'Complaint':
      return sesEventBody({ ...told, type: 'Complaint', detail: complaintDetail(to, now) })
    case 'NotSpam': {
      const detail = complaintDetail(to, now, { complaintFeedbackType: 'not-spam' })
      return sesEventBody({ ...told, type: 'Complaint', detail })
    }
    case 'Delivery': {
      const delivery = { timestamp: now.toISOString(), recipients: [to] }
      return sesEventBody({ ...told, type: 'Delivery', detail: { delivery } })
    }
    case 'Reject':
    case 'Send':
    case 'DeliveryDelay':
      return sesEventBody({ ...told, type: kind })
  }
}
