import { readTogether, type Tables } from '../platform/table.ts'
import { campaignsBefore, type ListedCampaign } from './campaign-list.ts'
import { type Message, messageIdOf, messageKey, parseMessage } from './message-record.ts'

export type PersonMessage = ListedCampaign & {
  messageId: string
  message: Message
  /** The whole item, in which others keep what they know of it. */
  item: Record<string, unknown>
}

/**
 * Every message of one person, that of the newest campaign first. No index leads to them: a campaign's key
 * and the contact's id give the only place where one can lie, so it takes a batch read for fifty campaigns.
 */
export async function* messagesOf(
  tables: Pick<Tables, 'db' | 'main'>,
  contactId: string,
  now: Date,
): AsyncGenerator<PersonMessage> {
  let before: string | undefined
  do {
    const { campaigns, next } = await campaignsBefore(tables, before, now)
    const listed = campaigns.map((each) => ({
      ...each,
      messageId: messageIdOf(each.campaign.key, contactId),
    }))
    const items = await readTogether(
      tables.db,
      listed.map(({ campaignId, messageId }) => ({
        table: tables.main,
        key: messageKey(campaignId, messageId),
      })),
    )
    for (const [index, each] of listed.entries()) {
      const item = items[index]
      if (item !== undefined) yield { ...each, message: parseMessage(item), item }
    }
    before = next
  } while (before !== undefined)
}
