import { describe, expect, it } from 'vitest'
import {
  checkMailLimits,
  type MailLimit,
  MailLimitError,
  type MeasuredMail,
  mailLimits,
} from '../../../functions/platform/mail-limits.ts'

const plain: MeasuredMail = {
  to: ['kari@example.org'],
  subject: 'Bekreft valgene dine',
  html: '<p>Hei</p>',
  text: 'Hei',
  headers: [],
}
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const header = (name: string, value = 'x') => ({ name, value })

function brokenBy(over: Partial<MeasuredMail>): MailLimit | undefined {
  try {
    checkMailLimits({ ...plain, ...over })
    return undefined
  } catch (error) {
    if (error instanceof MailLimitError) return error.limit
    throw error
  }
}

describe('what SES accepts in one message (UNSUB-14)', () => {
  it.each<[string, Partial<MeasuredMail>]>([
    ['50 recipients', { to: many(50, (n) => `p${n}@example.org`) }],
    ['15 headers', { headers: many(15, (n) => header(`X-${n}`)) }],
    ['a header name of 126 characters', { headers: [header('X'.repeat(126))] }],
    ['a header value that fills the line', { headers: [header('X-A', 'y'.repeat(993))] }],
    ['a subject of 998 ASCII characters', { subject: 'y'.repeat(998) }],
    ['a subject beyond ASCII', { subject: 'å'.repeat(290) }],
    ['seven megabytes', { html: 'y'.repeat(7_000_000) }],
  ])('takes %s', (_, mail) => {
    expect(brokenBy(mail)).toBeUndefined()
  })

  it.each<[MailLimit, string, Partial<MeasuredMail>]>([
    ['no-recipient', 'nobody', { to: [] }],
    ['recipients', '51 recipients', { to: many(51, (n) => `p${n}@example.org`) }],
    ['headers', '16 headers', { headers: many(16, (n) => header(`X-${n}`)) }],
    ['header-name', 'a name with a colon', { headers: [header('X:Y')] }],
    ['header-name', 'a name with a space', { headers: [header('X Y')] }],
    ['header-name', 'a name with a line break', { headers: [header('X\r\nBcc')] }],
    ['header-name', 'a name of 127 characters', { headers: [header('X'.repeat(127))] }],
    ['header-name', 'no name', { headers: [header('')] }],
    ['header-value', 'a value of 996 characters', { headers: [header('X', 'y'.repeat(996))] }],
    ['header-value', 'a line of 999 octets', { headers: [header('X-Abc', 'y'.repeat(992))] }],
    ['header-value', 'a value beyond ASCII', { headers: [header('X', 'blåbær')] }],
    ['header-value', 'CR in a value (SEC-11)', { headers: [header('X', 'a\rBcc: b@c.no')] }],
    ['header-value', 'LF in a value (SEC-11)', { headers: [header('X', 'a\nBcc: b@c.no')] }],
    ['header-value', 'no value', { headers: [header('X', '')] }],
    ['header-repeated', 'two List-Id', { headers: [header('List-Id'), header('list-id')] }],
    [
      'header-repeated',
      'two List-Unsubscribe (UNSUB-01)',
      { headers: [header('List-Unsubscribe'), header('List-Unsubscribe')] },
    ],
    ['subject', 'a subject of 999 characters', { subject: 'y'.repeat(999) }],
    ['subject', 'a subject that is too long once encoded', { subject: 'å'.repeat(300) }],
    ['subject', 'a line break in a subject (SEC-11)', { subject: 'a\r\nBcc: b@c.no' }],
    ['subject', 'no subject', { subject: '' }],
    ['body', 'no text part', { text: '' }],
    ['body', 'no HTML part', { html: '' }],
    ['size', 'more than ten megabytes once encoded', { html: 'y'.repeat(7_400_000) }],
  ])('refuses with `%s`: %s', (limit, _, mail) => {
    expect(brokenBy(mail)).toBe(limit)
  })

  it('says which limit, and nothing of the mail (SEC-14)', () => {
    const error = new MailLimitError('subject')
    expect(error.message).toBe('a mail is outside a limit of SES: subject')
    expect(mailLimits).toMatchObject({ recipients: 50, headers: 15, headerValue: 995 })
  })
})
