import { messagesOf, type PersonMessage } from '../../campaign/person-messages.ts'
import type { PersonTables } from '../../platform/table.ts'
import { summaryOf, trackedOf } from '../../tracking/tracked.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** The mailings that went to the person, and what is known of their opens and clicks. */
export function messagesSection(tables: PersonTables, contactId: string, now: Date): CopySection {
  return {
    id: 'messages',
    art20: true,
    columns: [
      ...columns('text', 'campaign'),
      ...columns('purpose', 'topic'),
      ...columns('word', 'status'),
      ...columns('time', 'sentAt', 'firstOpen', 'lastOpen', 'firstClick'),
      ...columns('text', 'followed'),
      ...columns('id', 'messageId'),
      ...columns('machine', 'hits', 'rules', 'counts', 'reason', 'ledgerId'),
    ],
    rows: rowsOf(tables, contactId, now),
  }
}

async function* rowsOf(tables: PersonTables, contactId: string, now: Date): AsyncGenerator<Row> {
  for await (const each of messagesOf(tables, contactId, now)) yield rowOfMessage(each)
}

function rowOfMessage({ campaign, messageId, message, item }: PersonMessage): Row {
  const { topic, state, sentAt, reason, ledgerId } = message
  const tracked = trackedOf(item)
  const summary = tracked && summaryOf(tracked)
  return rowOf({
    campaign: campaign.name,
    topic,
    // Of a choice, "unknown" is that nothing was said.
    status: state === 'unknown' ? 'perhaps-sent' : state,
    sentAt,
    firstOpen: time(summary?.firstOpen),
    lastOpen: time(summary?.lastOpen),
    firstClick: time(summary?.firstClick),
    followed: campaign.links.filter(
      (_, link) => (summary?.counts[`link:${link}:human_likely`] ?? 0) > 0,
    ),
    messageId,
    hits: tracked && JSON.stringify(tracked.hits),
    rules: tracked?.rules,
    counts: summary && JSON.stringify(summary.counts),
    reason,
    ledgerId,
  })
}

const time = (at: number | undefined): Date | undefined =>
  at === undefined ? undefined : new Date(at)
