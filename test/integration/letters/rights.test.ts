import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readAddress, suppressUpdate } from '../../../functions/contact/suppression.ts'
import type { LetterMessage } from '../../../functions/letters/letter-message.ts'
import { MailNotTakenError } from '../../../functions/platform/mailer.ts'
import { toItem, transact } from '../../../functions/platform/table.ts'
import { manageToken } from '../../../functions/platform/token-bodies.ts'
import { dawn, given } from '../../support/acts.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'
import { create, nextIdentity } from '../../support/people.ts'
import { openPostOffice, type PostOffice } from './post-office.ts'

let office: PostOffice
beforeAll(async () => {
  office = await openPostOffice()
})
afterAll(() => office.stop())

const minutes = (count: number) => count * 60_000
let today = dawn.getTime()
beforeEach(() => {
  today += 3 * 86_400_000
  office.time.now = new Date(today)
})
afterEach(() => {
  office.putBack.length = 0
  office.wire.mailer = office.ses
})
const pass = (ms: number) => {
  office.time.now = new Date(office.time.now.getTime() + ms)
}

/** Someone known, and the message that their address makes when somebody types it. */
async function known() {
  const identity = nextIdentity()
  const created = await create(office.store, { identity, changes: [given('newsletter')] })
  if (created.kind !== 'created') throw new Error('the contact could not be created')
  const addressKeys = await office.keysOf(identity.email)
  const manage: LetterMessage = { kind: 'manage', addressKeys }
  return { email: identity.email, contactId: created.contact.contactId, addressKeys, manage }
}

async function suppress(key: string, ...kinds: Parameters<typeof suppressUpdate>[2][]) {
  const { tables } = office.store
  for (const kind of kinds) {
    await transact(tables.db, [suppressUpdate(tables, key, kind, office.time.now)])
  }
}

describe('the link to one’s choices', () => {
  it('RIGHT-05 goes to the address of the vault, opens for half an hour, and is of this generation', async () => {
    const { email, contactId, manage } = await known()
    await office.deliver(manage)
    const [mail, ...more] = await office.inbox(email)
    expect(more).toEqual([])
    const token = /\/preferences\/#t=([\w-]+)/.exec(mail?.body.text ?? '')?.[1] ?? ''
    const opened = await manageToken.open(fixedKeys, token, office.time.now)
    expect(opened).toMatchObject({ contactId, generation: 0, issued: office.time.now })
    pass(minutes(30))
    expect(await manageToken.open(fixedKeys, token, office.time.now)).toBeUndefined()
    expect(mail?.headers.map(({ name }) => name)).toEqual(['Auto-Submitted'])
  })

  it('is another one each time: two links share no nonce', async () => {
    const { email, contactId } = await known()
    await office.deliver({ kind: 'manage-contact', contactId })
    pass(minutes(2))
    await office.deliver({ kind: 'manage-contact', contactId })
    const texts = (await office.inbox(email)).map(({ body }) => /#t=([\w-]+)/.exec(body.text)?.[1])
    expect(texts).toHaveLength(2)
    expect(new Set(texts).size).toBe(2)
  })

  it('SEC-08 is mailed to nobody who is not known', async () => {
    const before = await office.inbox()
    const addressKeys = await office.keysOf('stranger@example.org')
    await office.deliver({ kind: 'manage', addressKeys })
    await office.deliver({
      kind: 'manage-contact',
      contactId: '11111111-2222-4333-8444-555555555555',
    })
    expect(await office.inbox()).toEqual(before)
    expect(office.logged.at(-1)).toMatchObject({ outcome: 'no-contact' })
  })

  it('UNSUB-18 leaves in spite of every objection, and not to a mailbox that bounced', async () => {
    const person = await known()
    const bounced = await known()
    await suppress(person.addressKeys[0]!, 'objection', 'complaint', 'erasure', 'do-not-contact')
    await suppress(bounced.addressKeys[0]!, 'bounce')
    await office.deliver(person.manage)
    await office.deliver(bounced.manage)
    expect(await office.inbox(person.email)).toHaveLength(1)
    expect(await office.inbox(bounced.email)).toEqual([])
  })

  it('SEC-09 within two minutes it waits, and one answers all that was asked before it left', async () => {
    const { email, manage } = await known()
    await office.deliver(manage)
    pass(30_000)
    const asked = office.time.now
    await office.deliver(manage)
    await office.deliver(manage)
    const waiting = office.putBack.splice(0)
    expect(waiting).toEqual([
      { message: { ...manage, askedAt: asked.toISOString() }, seconds: 90 },
      { message: { ...manage, askedAt: asked.toISOString() }, seconds: 90 },
    ])
    pass(90_000)
    for (const { message } of waiting) await office.deliver(message)
    expect(await office.inbox(email)).toHaveLength(2)
    expect(office.putBack).toEqual([])
  })

  it('SEC-09 is delayed by at most an hour, however often a stranger asks, and never dropped', async () => {
    const { email, manage } = await known()
    const mailedWithin = async (ms: number) => {
      const before = (await office.inbox(email)).length
      const end = office.time.now.getTime() + ms
      while (office.time.now.getTime() < end) {
        await office.deliver(manage)
        pass(minutes(1))
      }
      return (await office.inbox(email)).length - before
    }
    expect(await mailedWithin(minutes(240))).toBeLessThanOrEqual(9)
    office.putBack.length = 0
    await office.deliver(manage)
    const [{ message, seconds } = { message: manage, seconds: 0 }] = office.putBack
    expect(seconds).toBeLessThanOrEqual(3600)
    const before = (await office.inbox(email)).length
    pass(seconds * 1000)
    await office.deliver(message)
    expect(await office.inbox(email)).toHaveLength(before + 1)
  })

  it('SEC-09 a network that asks for many people’s links has its share', async () => {
    const people = await Promise.all(Array.from({ length: 31 }, known))
    for (const { manage } of people)
      await office.deliver({ ...manage, network: 'one' } as LetterMessage)
    expect(office.putBack).toHaveLength(1)
    expect(office.putBack[0]?.seconds).toBe(600)
    const other = await known()
    await office.deliver(other.manage)
    expect(await office.inbox(other.email)).toHaveLength(1)
  })

  it('is not mailed twice when SQS delivers twice, at once or later', async () => {
    const { email, manage } = await known()
    const sentAt = office.time.now
    pass(5)
    await Promise.all([office.deliver(manage, sentAt), office.deliver(manage, sentAt)])
    pass(minutes(3))
    await office.deliver(manage, sentAt)
    for (const { message } of office.putBack.splice(0)) await office.deliver(message)
    expect(await office.inbox(email)).toHaveLength(1)
  })

  it('SEC-12 stays in its queue while SES is down', async () => {
    const { email, manage } = await known()
    const sentAt = office.time.now
    office.wire.mailer = () => Promise.reject(new MailNotTakenError('down'))
    await expect(office.deliver(manage)).rejects.toThrow(MailNotTakenError)
    office.wire.mailer = office.ses
    pass(minutes(3))
    await office.deliver(manage, sentAt)
    expect(await office.inbox(email)).toHaveLength(1)
  })

  it('leaves although what was noted of the last letter has lapsed and still stands', async () => {
    const { email, manage } = await known()
    await office.deliver(manage)
    pass(60 * 86_400_000)
    await office.deliver(manage)
    expect(office.putBack).toEqual([])
    expect(await office.inbox(email)).toHaveLength(2)
  })

  it('RIGHT-11 is not mailed once the person is erased', async () => {
    const { email, contactId, manage } = await known()
    const { db, keys } = office.store.tables
    const Key = toItem({ pk: `C#${contactId}` })
    await db.send(new DeleteItemCommand({ TableName: keys, Key }))
    await office.deliver(manage)
    expect(await office.inbox(email)).toEqual([])
  })
})

describe('the notice of erasure', () => {
  it('RIGHT-12 leaves in the person’s language, and then nothing of the address stays', async () => {
    const message = await office.pendingLetter('forgotten@example.org')
    await office.deliver(message)
    const [mail] = await office.inbox('forgotten@example.org')
    expect(mail?.subject).toBe('Your data is deleted')
    const letterId = message.kind === 'erased' ? message.letterId : ''
    expect(await office.stored('main', { pk: `L#${letterId}`, sk: 'L' })).toBeUndefined()
    expect(await office.stored('keys', { pk: `L#${letterId}` })).toBeUndefined()
  })

  it('SEC-09 no count holds it back', async () => {
    for (let index = 0; index < 40; index++) {
      await office.deliver(await office.pendingLetter(`many-${index}@example.org`))
    }
    expect(office.putBack).toEqual([])
    expect(await office.inbox('many-39@example.org')).toHaveLength(1)
  })

  it('is mailed once under duplicates, again rather than never after a crash', async () => {
    const message = await office.pendingLetter('dup@example.org')
    await Promise.all([office.deliver(message), office.deliver(message)])
    for (const { message: again, seconds } of office.putBack.splice(0)) {
      pass(seconds * 1000)
      await office.deliver(again)
    }
    expect(await office.inbox('dup@example.org')).toHaveLength(1)

    const doubtful = await office.pendingLetter('crash@example.org')
    office.wire.mailer = () => Promise.reject(new Error('the connection was cut'))
    await expect(office.deliver(doubtful)).rejects.toThrow('cut')
    office.wire.mailer = office.ses
    pass(minutes(3))
    await office.deliver(doubtful)
    expect(await office.inbox('crash@example.org')).toHaveLength(1)
  })

  it('leaves the suppression where it is', async () => {
    const keys = await office.keysOf('kept@example.org')
    await suppress(keys[0]!, 'erasure')
    await office.deliver(await office.pendingLetter('kept@example.org'))
    const address = await readAddress(office.store.tables, keys)
    expect(address.suppressions.erasure).toEqual(office.time.now)
  })
})
