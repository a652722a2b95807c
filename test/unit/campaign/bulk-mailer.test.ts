import { SESv2ServiceException, type SendBulkEmailRequest } from '@aws-sdk/client-sesv2'
import { describe, expect, it } from 'vitest'
import {
  type BulkEntry,
  type BulkMail,
  sesBulkMailer,
  unsendable,
} from '../../../functions/platform/bulk-mailer.ts'
import { Addressee, MailNotTakenError } from '../../../functions/platform/mailer.ts'

class Anyone extends Addressee {
  constructor(address: string) {
    super(address)
  }
}
const entryTo = (address: string, over: Partial<BulkEntry<Anyone>> = {}): BulkEntry<Anyone> => ({
  to: new Anyone(address),
  values: { name: 'Kari' },
  headers: [{ name: 'List-Id', value: '<news.nordlys.example>' }],
  tags: { campaign: '0011223344556677' },
  ...over,
})
const mail: Omit<BulkMail<Anyone>, 'entries'> = {
  subject: 'Hei {{name}}',
  html: '<p>{{name}}</p>',
  text: '{{name}}',
}
const sender = {
  from: 'news@nordlys.example',
  name: 'Nordlys',
  replyTo: 'privacy@nordlys.example',
  configurationSet: 'marketing',
}

describe('what cannot be sent to one person', () => {
  it.each([
    ['a value that is missing', { values: {} }, 'value-missing'],
    [
      'a header that is too long',
      { headers: [{ name: 'X', value: 'x'.repeat(996) }] },
      'header-value',
    ],
    ['a header over two lines', { headers: [{ name: 'X', value: 'a\r\nBcc: b' }] }, 'header-value'],
    ['a subject over two lines', { values: { name: 'a\nb' } }, 'subject'],
    ['more values than SES takes', { values: { name: 'x', more: 'x'.repeat(262_144) } }, 'values'],
  ])('is told: %s', (_, over, because) => {
    expect(unsendable(mail, entryTo('a@example.org', over))).toBe(because)
  })

  it('is never handed to SES, and nothing else of that call is', async () => {
    const asked: SendBulkEmailRequest[] = []
    const mailer = sesBulkMailer<Anyone>(async (request) => {
      asked.push(request)
      return []
    }, sender)
    const entries = [entryTo('a@example.org'), entryTo('b@example.org', { values: {} })]
    await expect(mailer({ ...mail, entries })).rejects.toThrow(MailNotTakenError)
    expect(asked).toEqual([])
  })
})

describe('a call', () => {
  it('is one for fifty people, and several where their values would make it too large', async () => {
    const callsFor = async (characters: number) => {
      const calls: string[][] = []
      const mailer = sesBulkMailer<Anyone>(async ({ BulkEmailEntries = [] }) => {
        const to = BulkEmailEntries.map(({ Destination }) => Destination?.ToAddresses?.[0] ?? '')
        calls.push(to)
        return to.map((MessageId) => ({ Status: 'SUCCESS', MessageId }))
      }, sender)
      const values = { name: 'Kari', more: 'x'.repeat(characters) }
      const to = Array.from({ length: 50 }, (_, n) => `${n}@example.org`)
      const entries = to.map((address) => entryTo(address, { values }))
      const sent = await mailer({ ...mail, entries })
      expect(sent).toEqual(to.map((sesId) => ({ kind: 'sent', sesId })))
      expect(calls.flat()).toEqual(to)
      return calls.map(({ length }) => length)
    }
    expect(await callsFor(75_000)).toEqual([50])
    expect(await callsFor(100_000)).toEqual([25, 25])
    expect(await callsFor(250_000)).toEqual([13, 12, 13, 12])
  })
})

describe('a call that SES refuses as a whole', () => {
  const fault = (name: string) =>
    new SESv2ServiceException({ name, $fault: 'client', $metadata: {} })
  const addressesOf = ({ BulkEmailEntries = [] }: SendBulkEmailRequest) =>
    BulkEmailEntries.map(({ Destination }) => Destination?.ToAddresses?.[0] ?? '')
  const everybody = Array.from({ length: 50 }, (_, n) => `${n}@example.org`)
  const handing = (
    answer: (to: string[]) => Error | undefined,
    to: readonly string[] = everybody,
  ) => {
    const left: string[] = []
    const calls: number[] = []
    const mailer = sesBulkMailer<Anyone>(async (request) => {
      const asked = addressesOf(request)
      calls.push(asked.length)
      const no = answer(asked)
      if (no !== undefined) throw no
      left.push(...asked)
      return asked.map((MessageId) => ({ Status: 'SUCCESS', MessageId }))
    }, sender)
    const outcome = mailer({ ...mail, entries: to.map((address) => entryTo(address)) })
    return { outcome, left, calls }
  }

  it.each([[['0@example.org']], [['49@example.org']], [['7@example.org', '31@example.org']]])(
    'for the sake of %j: these are refused, and everybody else’s mail leaves once',
    async (bad) => {
      const { outcome, left, calls } = handing((to) =>
        to.some((each) => bad.includes(each)) ? fault('BadRequestException') : undefined,
      )
      expect(await outcome).toEqual(
        everybody.map((each) =>
          bad.includes(each)
            ? { kind: 'refused', because: 'BadRequestException' }
            : { kind: 'sent', sesId: each },
        ),
      )
      expect(left.sort()).toEqual(everybody.filter((each) => !bad.includes(each)).sort())
      expect(calls.length).toBeLessThan(26)
    },
  )

  it.each(['MailFromDomainNotVerifiedException', 'AccountSuspendedException', 'NotFoundException'])(
    'with %s is not asked again: it is true of each',
    async (name) => {
      const { outcome, calls } = handing(() => fault(name))
      expect(new Set((await outcome).map((each) => JSON.stringify(each)))).toEqual(
        new Set([JSON.stringify({ kind: 'refused', because: name })]),
      )
      expect(calls).toEqual([50])
    },
  )

  it('and is throttled while the culprit is sought: who has left is known, and the others leave later', async () => {
    const { outcome, left } = handing((to) =>
      to.length === 50
        ? fault('BadRequestException')
        : to.includes('49@example.org')
          ? fault('TooManyRequestsException')
          : undefined,
    )
    expect((await outcome).map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 25 }, () => 'sent'),
      ...Array.from({ length: 25 }, () => 'not-now'),
    ])
    expect(left).toHaveLength(25)
  })

  it('and breaks off while the culprit is sought: that leaves open what became of it', async () => {
    const { outcome } = handing((to) =>
      to.length === 50
        ? fault('BadRequestException')
        : to.includes('49@example.org')
          ? new Error('timeout')
          : undefined,
    )
    await expect(outcome).rejects.toThrow('timeout')
  })
})

describe('what SES answers', () => {
  const answered = (...statuses: (string | undefined)[]) => {
    const mailer = sesBulkMailer<Anyone>(
      async () =>
        statuses.map((Status, index) => ({
          ...(Status === undefined ? {} : { Status: Status as 'SUCCESS' }),
          MessageId: `m${index}`,
        })),
      sender,
    )
    return mailer({ ...mail, entries: statuses.map((_, n) => entryTo(`${n}@example.org`)) })
  }

  it('is one outcome a person: one is rejected, one is throttled, the others left', async () => {
    expect(await answered('SUCCESS', 'MESSAGE_REJECTED', 'ACCOUNT_THROTTLED', 'SUCCESS')).toEqual([
      { kind: 'sent', sesId: 'm0' },
      { kind: 'refused', because: 'MESSAGE_REJECTED' },
      { kind: 'not-now' },
      { kind: 'sent', sesId: 'm3' },
    ])
  })

  it.each([
    'ACCOUNT_DAILY_QUOTA_EXCEEDED',
    'ACCOUNT_SENDING_PAUSED',
    'CONFIGURATION_SET_SENDING_PAUSED',
    'TRANSIENT_FAILURE',
  ])('%s is no refusal of the mail', async (status) => {
    expect(await answered(status)).toEqual([{ kind: 'not-now' }])
  })

  it('is a failure where it says nothing of a mail', async () => {
    expect(await answered(undefined)).toEqual([{ kind: 'refused', because: 'FAILED' }])
  })

  it('leaves open what became of the mails when it does not come', async () => {
    const mailer = sesBulkMailer<Anyone>(() => Promise.reject(new Error('timeout')), sender)
    await expect(mailer({ ...mail, entries: [entryTo('a@example.org')] })).rejects.toThrow(
      'timeout',
    )
    const throttled = sesBulkMailer<Anyone>(
      () =>
        Promise.reject(
          new SESv2ServiceException({
            name: 'TooManyRequestsException',
            $fault: 'client',
            $metadata: {},
          }),
        ),
      sender,
    )
    await expect(throttled({ ...mail, entries: [entryTo('a@example.org')] })).rejects.toThrow(
      MailNotTakenError,
    )
  })
})
