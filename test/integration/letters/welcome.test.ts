import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../../functions/consent/choices.ts'
import { suppressUpdate } from '../../../functions/contact/suppression.ts'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import type { LetterMessage } from '../../../functions/letters/letter-message.ts'
import { sendLetter } from '../../../functions/letters/send-letter.ts'
import { MailNotTakenError } from '../../../functions/platform/mailer.ts'
import { toItem, transact } from '../../../functions/platform/table.ts'
import { noCampaign, unsubscribeToken } from '../../../functions/platform/token-bodies.ts'
import { act, dawn, given, later, withdrawn } from '../../support/acts.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'
import { interposeDynamoDb, losingTheAnswer } from '../../support/interposed-dynamodb.ts'
import { byProvider, create, nextIdentity } from '../../support/people.ts'
import { openPostOffice, origin, type PostOffice } from './post-office.ts'

let office: PostOffice
beforeAll(async () => {
  office = await openPostOffice()
  office.time.now = later(60_000)
})
afterAll(() => office.stop())
afterEach(() => {
  office.wire.mailer = office.ses
})

async function confirmed(...changes: Change[]) {
  const identity = nextIdentity()
  const wanted = changes.length === 0 ? [given('newsletter')] : changes
  const created = await create(office.store, { identity, changes: wanted })
  if (created.kind !== 'created') throw new Error('the contact could not be created')
  const { contactId, choices } = created.contact
  const welcome = (topic = 'newsletter'): LetterMessage => ({
    kind: 'welcome',
    contactId,
    topic,
    ledgerId: choices[topic]?.ledgerId ?? '',
  })
  return { email: identity.email, contactId, welcome }
}

describe('the welcome of a topic', () => {
  it('leaves also when the answer to its claim is lost and the SDK claims again', async () => {
    const { email, welcome } = await confirmed()
    const wire = await interposeDynamoDb(office.endpoints.dynamodb)
    wire.next('PutItem', losingTheAnswer)
    const tables = { ...office.room.tables, db: wire.db }
    await sendLetter({ ...office.room, tables }, welcome(), office.time.now)
    expect(wire.calls().filter((call) => call === 'PutItem')).toHaveLength(2)
    await wire.stop()
    await office.deliver(welcome())
    expect(await office.inbox(email)).toHaveLength(1)
  })

  it('UNSUB-01 UNSUB-02 UNSUB-13 carries one of each list header, in order', async () => {
    const { email, contactId, welcome } = await confirmed()
    await office.deliver(welcome())
    const [mail, ...more] = await office.inbox(email)
    expect(more).toEqual([])
    const token = /\/u\/([\w-]+)/.exec(mail?.body.text ?? '')?.[1] ?? ''
    expect(mail?.headers).toEqual([
      { name: 'List-Unsubscribe', value: `<${origin}/u/${token}>` },
      { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
      { name: 'List-Id', value: 'Nyhetsbrev <newsletter.nordlys.example>' },
      { name: 'Auto-Submitted', value: 'auto-generated' },
    ])
    expect(await unsubscribeToken.open(fixedKeys, token)).toEqual({
      contactId,
      topic: 'newsletter',
      campaign: noCampaign,
      keyRevoked: false,
    })
    expect(`${origin}/u/${token}`.length).toBeLessThan(500)
  })

  it('UNSUB-16 shows the same link in both parts, and the way to the choices', async () => {
    const { email, welcome } = await confirmed()
    await office.deliver(welcome())
    const [mail] = await office.inbox(email)
    const url = mail?.headers[0]?.value.slice(1, -1) ?? ''
    const choices = url.replace('/u/', '/preferences/#t=')
    for (const part of [mail?.body.html, mail?.body.text]) {
      expect(part).toContain(url)
      expect(part).toContain(choices)
    }
  })

  it('is one letter per topic, with the topic’s own list and token', async () => {
    const { email, welcome } = await confirmed(given('newsletter'), given('product-news'))
    await office.deliver(welcome('newsletter'))
    await office.deliver(welcome('product-news'))
    const lists = (await office.inbox(email)).map(({ headers }) => headers[2]?.value)
    expect(lists).toEqual([
      'Nyhetsbrev <newsletter.nordlys.example>',
      'Produktnytt <product-news.nordlys.example>',
    ])
  })

  it('is mailed once, however often and in whichever order it is delivered', async () => {
    const { email, welcome } = await confirmed()
    await Promise.all([office.deliver(welcome()), office.deliver(welcome())])
    await office.deliver(welcome())
    expect(await office.inbox(email)).toHaveLength(1)
  })

  it('UNSUB-15 is not mailed to someone who has turned the topic off meanwhile', async () => {
    const { email, contactId, welcome } = await confirmed()
    const off = act('one-click', later(1000), withdrawn('newsletter'))
    await turnDown(office.store, contactId, { act: off, evidence: byProvider, now: off.at })
    await office.deliver(welcome())
    expect(await office.inbox(email)).toEqual([])
    expect(office.logged.at(-1)).toMatchObject({ kind: 'welcome', outcome: 'withdrawn' })
  })

  it.each(['objection', 'complaint', 'erasure', 'do-not-contact', 'bounce'] as const)(
    'SUPP-04 is not mailed to an address under %s',
    async (kind) => {
      const { email, welcome } = await confirmed()
      const { tables } = office.store
      const [key = ''] = await office.keysOf(email)
      await transact(tables.db, [suppressUpdate(tables, key, kind, dawn)])
      await office.deliver(welcome())
      expect(await office.inbox(email)).toEqual([])
    },
  )

  it('RIGHT-11 is not mailed to someone erased meanwhile', async () => {
    const { email, contactId, welcome } = await confirmed()
    const { db, keys } = office.store.tables
    const Key = toItem({ pk: `C#${contactId}` })
    await db.send(new DeleteItemCommand({ TableName: keys, Key }))
    await office.deliver(welcome())
    expect(await office.inbox(email)).toEqual([])
  })

  it('is not mailed for a topic that the policy does not declare', async () => {
    const { email, welcome } = await confirmed()
    await office.deliver(welcome('toString'))
    expect(await office.inbox(email)).toEqual([])
  })

  it('SEC-12 stays in its queue while SES surely did not take it', async () => {
    const { email, welcome } = await confirmed()
    office.wire.mailer = () => Promise.reject(new MailNotTakenError('down'))
    await expect(office.deliver(welcome())).rejects.toThrow(MailNotTakenError)
    office.wire.mailer = office.ses
    await office.deliver(welcome())
    expect(await office.inbox(email)).toHaveLength(1)
  })

  it('is not repeated when it may have left', async () => {
    const { email, welcome } = await confirmed()
    office.wire.mailer = async (mail) => {
      await office.ses(mail)
      throw new Error('the answer got lost')
    }
    await expect(office.deliver(welcome())).rejects.toThrow('got lost')
    office.wire.mailer = office.ses
    await office.deliver(welcome())
    expect(await office.inbox(email)).toHaveLength(1)
  })
})
