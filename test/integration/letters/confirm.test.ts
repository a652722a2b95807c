import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { suppressUpdate } from '../../../functions/contact/suppression.ts'
import type { LetterMessage } from '../../../functions/letters/letter-message.ts'
import { MailNotTakenError } from '../../../functions/platform/mailer.ts'
import { toItem, transact } from '../../../functions/platform/table.ts'
import { confirmToken } from '../../../functions/platform/token-bodies.ts'
import { dawn } from '../../support/acts.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'
import { openPostOffice, origin, type PostOffice } from './post-office.ts'

let office: PostOffice
beforeAll(async () => {
  office = await openPostOffice()
})
afterAll(() => office.stop())

const minutes = (count: number) => count * 60_000
let today = dawn.getTime()
beforeEach(() => {
  // Each test has a day of its own, so that no count of another reaches it.
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
const idOf = (message: LetterMessage) => (message.kind === 'confirm' ? message.signUpId : '')
const signUpItem = (message: LetterMessage) =>
  office.stored('main', { pk: `S#${idOf(message)}`, sk: 'S' })

describe('the confirmation', () => {
  it('CONS-01 leaves once, with a link that opens, and REC-01 leaves its time on the sign-up', async () => {
    const message = await office.signUp('once@example.org')
    pass(3_000)
    await office.deliver(message)
    const [mail, ...more] = await office.inbox('once@example.org')
    expect(more).toEqual([])
    const token = /\/s\/([\w-]+)/.exec(mail?.body.text ?? '')?.[1] ?? ''
    expect(mail?.body.html).toContain(`href="${origin}/s/${token}"`)
    expect(await confirmToken.open(fixedKeys, token, office.time.now)).toEqual({
      signUpId: idOf(message),
    })
    expect((await signUpItem(message))?.mailedAt).toBe(office.time.now.toISOString())
    expect(mail?.subject).toBe('Bekreft valgene dine')
    expect(mail?.from).toBe('"Nordlys Software AS" <choices@nordlys.example>')
    expect(mail?.replyTo).toEqual(['privacy@nordlys.example'])
    expect(mail?.headers).toEqual([{ name: 'Auto-Submitted', value: 'auto-generated' }])
  })

  it('SEC-09 holds nothing that the form held', async () => {
    await office.deliver(await office.signUp('quiet@example.org', { language: 'en' }))
    const [mail] = await office.inbox('quiet@example.org')
    const everything = JSON.stringify(mail)
    expect(everything).not.toMatch(/prize|evil|Newsletter|Nyhetsbrev/)
    expect(mail?.subject).toBe('Confirm your choices')
  })

  it('SEC-14 leaves no address in the log', async () => {
    await office.deliver(await office.signUp('silent@example.org'))
    expect(JSON.stringify(office.logged)).not.toMatch(/@|silent/)
    expect(office.logged.at(-1)).toMatchObject({ kind: 'confirm', outcome: 'sent' })
  })

  it('is not mailed twice when SQS delivers twice, at once or later', async () => {
    const message = await office.signUp('twice@example.org')
    await Promise.all([office.deliver(message), office.deliver(message)])
    await office.deliver(message)
    for (const { message: again, seconds } of office.putBack.splice(0)) {
      pass(seconds * 1000)
      await office.deliver(again)
    }
    expect(await office.inbox('twice@example.org')).toHaveLength(1)
  })

  it('SEC-09 one in ten minutes: the later one waits, the latest one leaves, none between', async () => {
    await office.deliver(await office.signUp('eager@example.org'))
    pass(minutes(1))
    const second = await office.signUp('eager@example.org')
    await office.deliver(second)
    expect(office.putBack).toEqual([{ message: second, seconds: 540 }])
    pass(minutes(1))
    const third = await office.signUp('eager@example.org')
    await office.deliver(third)
    expect(office.putBack.at(-1)).toEqual({ message: third, seconds: 480 })
    expect(await office.inbox('eager@example.org')).toHaveLength(1)

    pass(minutes(8))
    await office.deliver(second)
    expect(await office.inbox('eager@example.org')).toHaveLength(1)
    await office.deliver(third)
    const [, mail, ...more] = await office.inbox('eager@example.org')
    expect(more).toEqual([])
    const token = /\/s\/([\w-]+)/.exec(mail?.body.text ?? '')?.[1] ?? ''
    expect(await confirmToken.open(fixedKeys, token, office.time.now)).toEqual({
      signUpId: idOf(third),
    })
  })

  it('SEC-09 waits longer each time, so that a form cannot bomb a mailbox', async () => {
    const end = today + minutes(24 * 60) - 1
    while (office.time.now.getTime() < end) {
      await office.deliver(await office.signUp('bombed@example.org'))
      pass(minutes(5))
    }
    expect((await office.inbox('bombed@example.org')).length).toBeLessThanOrEqual(8)
    expect((await office.inbox('bombed@example.org')).length).toBeGreaterThanOrEqual(7)
  })

  it('SEC-09 one network has its share, and the rest of it waits; other networks do not', async () => {
    for (let index = 0; index < 32; index++) {
      await office.deliver(await office.signUp(`stand-${index}@example.org`, { network: 'fair' }))
    }
    const mailed = await office.inbox()
    expect(
      mailed.filter(({ destination }) => destination.to[0]?.startsWith('stand-')),
    ).toHaveLength(30)
    expect(office.putBack.map(({ seconds }) => seconds)).toEqual([600, 600])
    await office.deliver(await office.signUp('elsewhere@example.org', { network: 'home' }))
    expect(await office.inbox('elsewhere@example.org')).toHaveLength(1)
    pass(minutes(10))
    await office.deliver(office.putBack[0]!.message)
    expect(await office.inbox('stand-30@example.org')).toHaveLength(1)
  })

  it('UNSUB-18 leaves in spite of objection, complaint and erasure, which the person may end', async () => {
    const message = await office.signUp('back@example.org')
    const [key = ''] = await office.keysOf('back@example.org')
    const { tables } = office.store
    for (const kind of ['objection', 'complaint', 'erasure', 'do-not-contact'] as const) {
      await transact(tables.db, [suppressUpdate(tables, key, kind, office.time.now)])
    }
    await office.deliver(message)
    expect(await office.inbox('back@example.org')).toHaveLength(1)
  })

  it('SEND-04 does not leave for a mailbox that bounced for good', async () => {
    const message = await office.signUp('gone@example.org')
    const [key = ''] = await office.keysOf('gone@example.org')
    const { tables } = office.store
    await transact(tables.db, [suppressUpdate(tables, key, 'bounce', office.time.now)])
    await office.deliver(message)
    expect(await office.inbox('gone@example.org')).toEqual([])
  })

  it('CONS-02 does not leave for a form that asked for nothing', async () => {
    await office.deliver(await office.signUp('none@example.org', { topics: [] }))
    expect(await office.inbox('none@example.org')).toEqual([])
    expect(office.logged.at(-1)).toMatchObject({ outcome: 'nothing-asked' })
  })

  it('CONS-01 does not leave once the sign-up is over or erased', async () => {
    const old = await office.signUp('old@example.org')
    const erased = await office.signUp('erased@example.org')
    const { db, keys } = office.store.tables
    const Key = toItem({ pk: `S#${idOf(erased)}` })
    await db.send(new DeleteItemCommand({ TableName: keys, Key }))
    await office.deliver(erased)
    pass(7 * 86_400_000 + 1000)
    await office.deliver(old)
    expect(await office.inbox('old@example.org')).toEqual([])
    expect(await office.inbox('erased@example.org')).toEqual([])
  })

  it('SEC-12 stays in its queue while SES is down, and leaves once after', async () => {
    const message = await office.signUp('patient@example.org')
    office.wire.mailer = () => Promise.reject(new MailNotTakenError('down'))
    await expect(office.deliver(message)).rejects.toThrow(MailNotTakenError)
    expect((await signUpItem(message))?.mailedAt).toBeUndefined()
    for (let attempt = 0; attempt < 5; attempt++) {
      pass(minutes(3))
      await expect(office.deliver(message)).rejects.toThrow(MailNotTakenError)
    }
    office.wire.mailer = office.ses
    pass(minutes(3))
    await office.deliver(message)
    await office.deliver(message)
    expect(await office.inbox('patient@example.org')).toHaveLength(1)
    // The attempts that failed were one letter: the next one waits ten minutes, not hours.
    pass(minutes(10))
    await office.deliver(await office.signUp('patient@example.org'))
    expect(await office.inbox('patient@example.org')).toHaveLength(2)
  })

  it('is mailed again, rather than never, when the first attempt died after SES had it', async () => {
    const message = await office.signUp('doubt@example.org')
    office.wire.mailer = async (mail) => {
      await office.ses(mail)
      throw new Error('the process died here')
    }
    await expect(office.deliver(message)).rejects.toThrow('died here')
    office.wire.mailer = office.ses
    await office.deliver(message)
    expect(office.putBack).toEqual([{ message, seconds: 60 }])
    expect(await office.inbox('doubt@example.org')).toHaveLength(1)
    pass(minutes(3))
    await office.deliver(message)
    await office.deliver(message)
    expect(await office.inbox('doubt@example.org')).toHaveLength(2)
  })
})
