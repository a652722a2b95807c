import { expect, test } from 'vitest'
import { difference, withLanguage } from '../../../functions/campaign/figures.ts'
import { mailsIn } from '../../../functions/campaign/mails.ts'
import { messageFigures } from '../../../functions/campaign/message-figures.ts'
import { messageStates } from '../../../functions/campaign/message-record.ts'
import { statisticsOf } from '../../../functions/tracking/statistics.ts'

test('each message is in exactly one outcome, so that all of them add up to what was planned', () => {
  for (const state of messageStates) {
    const { waiting, sent, skipped, failed, unknown, planned } = mailsIn(
      messageFigures({ state, language: 'nb' }),
    )
    expect([state, waiting + sent + skipped + failed + unknown, planned]).toEqual([state, 1, 1])
  }
})

test('only a mail that got there is one that could be opened', () => {
  const counted = { opens: true, clicks: false }
  const of = (state: (typeof messageStates)[number]) =>
    messageFigures({ state, language: 'nb', counted })['counted:opens']
  expect(messageStates.filter((state) => of(state) === 1)).toEqual([
    'sent',
    'delivered',
    'complained',
  ])
  expect(messageFigures({ state: 'sent', language: 'nb', counted })).not.toHaveProperty(
    'counted:clicks',
  )
})

test('a mail that got there and of which nothing is recorded any more is left out, and said to be', () => {
  const counted = { opens: true, clicks: true }
  const of = (state: (typeof messageStates)[number]) =>
    messageFigures({ state, language: 'nb', counted, ended: { opens: true } })
  expect(of('delivered')).toEqual({
    'mail:delivered': 1,
    'ended:opens': 1,
    'counted:clicks': 1,
    'in:nb:mail:delivered': 1,
    'in:nb:ended:opens': 1,
    'in:nb:counted:clicks': 1,
  })
  // One that came back could never have been opened, whoever it was for.
  expect(Object.keys(of('bounced')).filter((name) => name.includes('ended'))).toEqual([])
  const never = { state: 'sent', language: 'nb', ended: { opens: true } } as const
  expect(messageFigures({ ...never, counted: { opens: false, clicks: false } })).not.toHaveProperty(
    'ended:opens',
  )

  const { opens, clicks, languages } = statisticsOf(
    { ...of('delivered'), 'mail:sent': 2, 'counted:clicks': 2, 'clicked:human_likely': 1 },
    {},
    {},
  )
  expect(opens).toMatchObject({
    of: 0,
    rate: null,
    leftOut: 3,
    leftOutBecause: { notAllowedAtSending: 2, endedSince: 1 },
  })
  expect(clicks).toMatchObject({
    of: 2,
    rate: 0.5,
    leftOut: 1,
    leftOutBecause: { notAllowedAtSending: 1, endedSince: 0 },
  })
  expect(languages[0]?.opens.leftOutBecause).toEqual({ notAllowedAtSending: 0, endedSince: 1 })
})

test('TRACK-06 a proxy may stand for a person or not: it is neither people’s nor machines’', () => {
  const totals = {
    'mail:delivered': 4,
    'counted:opens': 3,
    'opened:human_likely': 1,
    'opened:image_proxy': 1,
    'opened:prefetch': 1,
    'open:human_likely': 2,
    'open:scanner': 5,
    'click:scanner': 1,
    'link:10:scanner': 1,
    'link:2:human_likely': 1,
    'followed:2': 1,
  }
  const { opens, clicks, links } = statisticsOf(totals, {}, {})
  expect(opens).toEqual({
    unique: { people: 1, machines: 1, unknown: 1 },
    total: { people: 2, machines: 5, unknown: 0 },
    of: 3,
    leftOut: 1,
    leftOutBecause: { notAllowedAtSending: 1, endedSince: 0 },
    rate: 1 / 3,
  })
  expect([clicks.rate, clicks.leftOut]).toEqual([null, 4])
  expect(links.map(({ link, followed }) => [link, followed])).toEqual([
    [2, 1],
    [10, 0],
  ])
})

test('a campaign that nobody was planned for has nothing to tell', () => {
  const { mails, languages, hours } = statisticsOf({}, {}, {})
  expect([mails.planned, mails.sent, mails.unsubscribed, languages, hours]).toEqual([
    0,
    0,
    0,
    [],
    [],
  ])
})

test('a difference added to the one is the other, and what is the same is not written', () => {
  expect(difference({ a: 1, b: 2 }, { b: 2, c: 3 })).toEqual({ a: -1, c: 3 })
  expect(withLanguage('nb', { 'opened:scanner': 1, 'open:scanner': 2 })).toEqual({
    'opened:scanner': 1,
    'in:nb:opened:scanner': 1,
    'open:scanner': 2,
  })
})
