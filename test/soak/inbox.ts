import { messageIdOf } from '../../functions/campaign/message-record.ts'
import { noCampaign, unsubscribeToken } from '../../functions/platform/token-bodies.ts'
import type { Books } from '../support/e2e-books.ts'
import { campaignsIn } from './campaigns-in.ts'

/** One campaign's mail to one person, as SES has stored it. */
export type CampaignMail = {
  to: string
  /** When SES took it, in milliseconds since 1970; it keeps whole seconds, and this is the last of that one. */
  at: number
  campaignId: string
  contactId: string
  topic: string
  html: string
  /** Paths of our own: what its header says, its pixel, and its links. */
  unsubscribe: string
  pixel: string | undefined
  links: string[]
}

export type Inbox = {
  /** Every mail of a campaign that has come so far, oldest first. */
  mails: () => readonly CampaignMail[]
  lastTo: (email: string) => CampaignMail | undefined
  /** Looks for new ones. */
  read: () => Promise<void>
}

type Stored = {
  emails: {
    messageId: string
    destination: { to: string[] }
    body: { html?: string }
    headers?: { name: string; value: string }[]
    at: number
  }[]
}

export function openInbox(inbox: string, { store }: Books): Inbox {
  const mails: CampaignMail[] = []
  const seen = new Set<string>()
  let since = 0
  async function mailOf({ destination, body, headers = [], at }: Stored['emails'][number]) {
    const header = headers.find(({ name }) => name === 'List-Unsubscribe')?.value ?? ''
    const unsubscribe = /\/u\/([\w-]+)>/.exec(header)
    const claims =
      unsubscribe?.[1] === undefined
        ? undefined
        : await unsubscribeToken.open(store.keys, unsubscribe[1])
    if (unsubscribe === null || claims === undefined || claims.campaign === noCampaign) return
    const { html = '' } = body
    const { contactId, topic, campaign: campaignId } = claims
    mails.push({
      to: destination.to[0] ?? '',
      at: at * 1000 + 999,
      campaignId,
      contactId,
      topic,
      html,
      unsubscribe: `/u/${unsubscribe[1]}`,
      pixel: /\/o\/[\w-]+\.gif/.exec(html)?.[0],
      links: [...new Set(html.match(/\/c\/[\w-]+\/\d+/g))],
    })
  }
  return {
    mails: () => mails,
    lastTo: (email) => mails.findLast(({ to }) => to === email),
    read: async () => {
      const answer = await fetch(`${inbox}/store${since === 0 ? '' : `?since=${since}`}`)
      const { emails } = (await answer.json()) as Stored
      const fresh = emails.filter(({ messageId }) => !seen.has(messageId))
      for (const { messageId } of fresh) seen.add(messageId)
      // Of the second in which the last one came there may be more.
      since = Math.max(since, ...emails.map(({ at }) => at - 1))
      for (const each of fresh) await mailOf(each)
    },
  }
}

/** The message that a mail was, whether or not the tables still know it. */
export async function messagesOf(
  books: Books,
  mails: readonly CampaignMail[],
): Promise<Map<CampaignMail, string>> {
  const keys = new Map((await campaignsIn(books)).map(({ id, campaign }) => [id, campaign.key]))
  return new Map(
    mails.flatMap((mail) => {
      const key = keys.get(mail.campaignId)
      return key === undefined ? [] : [[mail, messageIdOf(key, mail.contactId)] as const]
    }),
  )
}
