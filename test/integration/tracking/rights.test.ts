import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageKey } from '../../../functions/campaign/message-record.ts'
import { readTogether } from '../../../functions/platform/table.ts'
import { messagesSection } from '../../../functions/rights/copy/messages-section.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { chrome, links, type Mailed, type Mailroom, openMailroom } from './mailed.ts'

/** A person's messages, found without an index, and what is known of them. */
let room: Mailroom
let kari: string
let ola: string
const mails: Mailed[] = []
beforeAll(async () => {
  room = await openMailroom()
  const purposes = ['open-tracking', 'click-tracking']
  kari = await room.person('kari@example.org', purposes)
  ola = await room.person('ola@example.org', purposes)
  // More than one page of campaigns, of which only some went to them.
  for (let n = 0; n < 53; n++) {
    const campaignId = await room.campaign()
    if (n % 26 === 0)
      mails.push(await room.mail(campaignId, kari), await room.mail(campaignId, ola))
  }
  for (const path of [mails[0]!.pixel, mails[0]!.link(1)]) {
    await room.ask({ method: 'GET', path, headers: { 'user-agent': chrome } })
  }
  await room.record(await room.waiting())
})
afterAll(() => room.stop())

const leftOf = async (contactId: string) => {
  const { db, main } = room.books.store.tables
  const keys = mails
    .filter((mail) => mail.contactId === contactId)
    .map(({ campaignId, messageId }) => ({ table: main, key: messageKey(campaignId, messageId) }))
  return (await readTogether(db, keys)).filter((item) => item !== undefined)
}

describe('the rights of whoever was mailed', () => {
  it('RIGHT-06 the copy holds the mails that were sent, with what is known of opens and clicks', async () => {
    const rows = await Array.fromAsync(
      messagesSection(room.books.store.tables, kari, new Date()).rows,
    )
    expect(rows).toHaveLength(3)
    expect(rows.filter(({ hits }) => hits !== undefined)).toEqual([
      expect.objectContaining({
        topic: 'newsletter',
        status: 'sent',
        firstOpen: expect.stringMatching(/^20/),
        firstClick: expect.stringMatching(/^20/),
        followed: [links[1]],
        hits: expect.stringContaining('"class":"human_likely"'),
      }),
    ])
  })

  it('RIGHT-11 an erasure deletes every message of the person, and nobody else’s', async () => {
    expect([await leftOf(kari), await leftOf(ola)]).toMatchObject([{ length: 3 }, { length: 3 }])
    const now = new Date()
    const request = await beginErasure(room.books.store, kari, { requests: async () => {}, now })
    const message = { contactId: kari, requestId: request?.id ?? '' }
    const files = memoryFiles()
    await fulfilErasure(room.books.store, message, { letters: async () => {}, files, now })
    expect([await leftOf(kari), await leftOf(ola)]).toMatchObject([{ length: 0 }, { length: 3 }])
  })
})
