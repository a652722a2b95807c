import { SESv2ServiceException, type SendEmailRequest } from '@aws-sdk/client-sesv2'
import { describe, expect, it } from 'vitest'
import type { LetterRecipient } from '../../../functions/letters/letter-recipient.ts'
import { kept, permitted } from '../../../functions/letters/letter-recipient.ts'
import { MailLimitError } from '../../../functions/platform/mail-limits.ts'
import {
  Addressee,
  type Mail,
  type Mailer,
  MailNotTakenError,
  sesMailer,
} from '../../../functions/platform/mailer.ts'

class Anyone extends Addressee {
  constructor(address = 'kari@example.org', contactId?: string) {
    super(address, contactId)
  }
}
const mail: Mail<Addressee> = {
  to: [new Anyone()],
  subject: 'Hei',
  html: '<p>Hei</p>',
  text: 'Hei',
  headers: [
    { name: 'List-Unsubscribe', value: '<https://choices.nordlys.example/u/x>' },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ],
}
const sender = {
  from: 'choices@nordlys.example',
  name: 'Nordlys Software AS',
  replyTo: 'privacy@nordlys.example',
  configurationSet: 'letters',
}

async function sent(over: Partial<Mail<Addressee>>, name = sender.name): Promise<SendEmailRequest> {
  const requests: SendEmailRequest[] = []
  const mailer = sesMailer(async (request) => void requests.push(request), { ...sender, name })
  await mailer({ ...mail, ...over })
  expect(requests).toHaveLength(1)
  return requests[0]!
}

describe('the mailer', () => {
  it('sends from the letters address with the letters’ way out (SEND-02)', async () => {
    const request = await sent({})
    expect(request.FromEmailAddress).toBe('"Nordlys Software AS" <choices@nordlys.example>')
    expect(request.ReplyToAddresses).toEqual(['privacy@nordlys.example'])
    expect(request.ConfigurationSetName).toBe('letters')
    expect(request.Destination).toEqual({ ToAddresses: ['kari@example.org'] })
  })

  it('tells SES whom a mail is to by their id, where it is to one contact (SEND-04)', async () => {
    const known = new Anyone('kari@example.org', '11111111-2222-4333-8444-555555555555')
    expect((await sent({ to: [known] })).EmailTags).toEqual([
      { Name: 'contact', Value: known.contactId },
    ])
    expect((await sent({ to: [known], tags: { request: '1' } })).EmailTags).toEqual([
      { Name: 'contact', Value: known.contactId },
      { Name: 'request', Value: '1' },
    ])
    expect((await sent({})).EmailTags).toBeUndefined()
    expect((await sent({ to: [known, new Anyone('b@example.org')] })).EmailTags).toBeUndefined()
  })

  it('keeps the headers in their order (UNSUB-02)', async () => {
    const { Content } = await sent({})
    expect(Content?.Simple?.Headers).toEqual([
      { Name: 'List-Unsubscribe', Value: '<https://choices.nordlys.example/u/x>' },
      { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
    ])
  })

  it.each([
    [
      'quotes what would end the name',
      'A "B" \\ C',
      '"A \\"B\\" \\\\ C" <choices@nordlys.example>',
    ],
    [
      'turns line breaks into spaces (SEC-11)',
      'A\r\nBcc: x@y.no',
      '"A Bcc: x@y.no" <choices@nordlys.example>',
    ],
    [
      'encodes what is not ASCII',
      'Blåbær AS',
      '=?UTF-8?B?QmzDpWLDpnIgQVM=?= <choices@nordlys.example>',
    ],
    ['leaves out a name that says nothing', ' \u200b ', 'choices@nordlys.example'],
  ])('%s', async (_, name, from) => {
    expect((await sent({}, name)).FromEmailAddress).toBe(from)
  })

  it('cuts a long name, and encodes it in words of at most 75 characters', async () => {
    const { FromEmailAddress = '' } = await sent({}, 'Ærlig talt '.repeat(30))
    const words = FromEmailAddress.split(' ').slice(0, -1)
    expect(words.length).toBeGreaterThan(1)
    for (const word of words) expect(word.length).toBeLessThanOrEqual(75)
    const decoded = words
      .map((word) => Buffer.from(word.slice(10, -2), 'base64').toString())
      .join('')
    expect([...decoded].length).toBeLessThanOrEqual(64)
    expect(decoded.startsWith('Ærlig talt Ærlig')).toBe(true)
  })

  it.each([
    { to: [] },
    { to: Array.from({ length: 51 }, () => new Anyone()) },
    { subject: 'a\nb' },
    { headers: [{ name: 'X', value: 'a\r\nb' }] },
  ])('asks SES for nothing that breaks a limit: %#', async (over) => {
    const requests: unknown[] = []
    const mailer = sesMailer(async (request) => void requests.push(request), sender)
    await expect(mailer({ ...mail, ...over })).rejects.toBeInstanceOf(MailLimitError)
    expect(requests).toEqual([])
  })

  it('tells a refusal from a doubt', async () => {
    const failing = (fault: Error) => sesMailer(() => Promise.reject(fault), sender)(mail)
    await expect(
      failing(
        new SESv2ServiceException({
          name: 'refused',
          $fault: 'server',
          $metadata: { httpStatusCode: 503 },
        }),
      ),
    ).rejects.toBeInstanceOf(MailNotTakenError)
    await expect(failing(new Error('cut'))).rejects.not.toBeInstanceOf(MailNotTakenError)
  })
})

describe('whom a letter goes to', () => {
  const mailer: Mailer<LetterRecipient> = async () => {}

  it('is only ever an address that the vault gave out for a letter', async () => {
    const letterId = '00000000-0000-7000-8000-000000000001'
    const email = 'kari@example.org'
    // @ts-expect-error: a bare address is no recipient
    await mailer({ ...mail, to: [email] })
    // @ts-expect-error: nor is something that looks like one
    await mailer({ ...mail, to: [{ address: email, fromVault: true }] })
    // @ts-expect-error: nor is who may be mailed something else
    await mailer({ ...mail, to: [new Anyone(email)] })
    // @ts-expect-error: an unparsed address is in no vault
    expect(kept({ letterId, email, language: 'nb' }).address).toBe(email)
  })

  it('is nobody but the person whom the decision was about (UNSUB-15)', () => {
    const contact = { contactId: 'a', identity: { email: 'kari@example.org' } }
    const recipient = { contactId: 'b', purpose: 'newsletter', decided: true }
    expect(() => permitted(contact as never, recipient as never)).toThrow(TypeError)
  })
})
