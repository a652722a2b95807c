import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { contactOf, mailEvent } from '../../../functions/campaign/mail-event.ts'
import { type SesEvent, sesEvents } from '../../../infra/local/mail/ses-events.ts'
import { takenMails } from '../../../infra/local/mail/taken-mail.ts'

const at = new Date('2026-11-27T08:00:00.000Z')
const contactId = '11111111-2222-4333-8444-555555555555'
const single = (to: string) => ({
  FromEmailAddress: '"Nordlys" <choices@nordlys.example>',
  Destination: { ToAddresses: [to] },
  ConfigurationSetName: 'letters',
  EmailTags: [{ Name: 'contact', Value: contactId }],
  Content: { Simple: { Subject: { Data: 'Hei' }, Headers: [{ Name: 'List-Id', Value: '<x>' }] } },
})
const eventsTo = (address: string): SesEvent[] =>
  takenMails(single(address), { MessageId: 'ses-1' }).flatMap((mail) => sesEvents(mail, at))

describe('the local SES’s events', () => {
  it.each([
    ['kari@example.org', ['Send', 'Delivery']],
    ['success@simulator.amazonses.com', ['Send', 'Delivery']],
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce']],
    ['bounce+one@simulator.amazonses.com', ['Send', 'Bounce']],
    ['Complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint']],
    ['complaint+two+x@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint']],
    ['complaint@simulator.amazonses.com.example.org', ['Send', 'Delivery']],
    ['complaints@simulator.amazonses.com', ['Send', 'Delivery']],
  ])('of a mail to %s are %j', (address, types) => {
    expect(eventsTo(address).map(({ type }) => type)).toEqual(types)
  })

  it('are such as the deployed function reads, with way out, headers and tags', () => {
    for (const { type, body } of eventsTo('complaint@simulator.amazonses.com')) {
      const read = parse(mailEvent, JSON.stringify(body))
      expect(read.type).toBe(type)
      expect('mail' in read && contactOf(read.mail)).toBe(contactId)
      expect(body.mail).toMatchObject({
        messageId: 'ses-1',
        headers: expect.arrayContaining([{ name: 'List-Id', value: '<x>' }]),
        tags: { 'ses:configuration-set': ['letters'] },
      })
    }
  })

  it('of many mails in one call are of those that were taken, each with its own tags', () => {
    const entry = (to: string, message: string) => ({
      Destination: { ToAddresses: [to] },
      ReplacementTags: [{ Name: 'message', Value: message }],
    })
    const request = {
      FromEmailAddress: 'news@nordlys.example',
      ConfigurationSetName: 'marketing',
      DefaultContent: { Template: {} },
      DefaultEmailTags: [{ Name: 'campaign', Value: 'aa' }],
      BulkEmailEntries: [
        entry('a@example.org', '1'),
        entry('b@', '2'),
        entry('c@example.org', '3'),
      ],
    }
    const BulkEmailEntryResults = [
      { Status: 'SUCCESS', MessageId: 'ses-1' },
      { Status: 'FAILED', Error: 'Invalid' },
      { Status: 'SUCCESS', MessageId: 'ses-3' },
    ]
    const taken = takenMails(request, { BulkEmailEntryResults })
    expect(taken.map(({ messageId, to, tags }) => [messageId, to, tags])).toEqual([
      ['ses-1', ['a@example.org'], { campaign: ['aa'], message: ['1'] }],
      ['ses-3', ['c@example.org'], { campaign: ['aa'], message: ['3'] }],
    ])
  })
})
