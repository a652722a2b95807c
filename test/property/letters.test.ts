import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Policy } from '../../functions/consent/policy.ts'
import { listHeaders } from '../../functions/platform/list-headers.ts'
import { checkMailLimits } from '../../functions/platform/mail-limits.ts'
import { Addressee, sesMailer } from '../../functions/platform/mailer.ts'
import { oneLine } from '../../functions/platform/one-line.ts'
import { holds } from '../support/holds.ts'
import { declaration } from '../support/policies.ts'
import { sampleLetters } from '../support/sample-letters.ts'

/** What somebody could put into a policy, by accident or malice. */
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  fc.constantFrom(
    'a\r\nBcc: x@y.no',
    'a\u2028b',
    '=?UTF-8?B?DQo=?=',
    '<b>',
    '"',
    'Påmelding',
    '新聞',
    '\u0000',
  ),
)

class Anyone extends Addressee {
  constructor() {
    super('kari@example.org')
  }
}

function policyNamed(name: string, description: string): Policy {
  const { topics, ...rest } = declaration() as Policy
  const named = Object.entries(topics).map(([id, topic]) => [
    id,
    { ...topic, name: { nb: name, en: name }, description: { nb: description, en: description } },
  ])
  return {
    ...rest,
    controller: { ...rest.controller, name },
    topics: Object.fromEntries(named),
  }
}

describe('whatever a policy is named', () => {
  it('SEC-11 no header, subject or sender holds a line break, and every letter keeps the limits', async () => {
    await holds(
      fc.asyncProperty(text, text, async (name, description) => {
        const policy = policyNamed(name, description)
        for (const { letter, html, text: plain } of sampleLetters(policy)) {
          const headers = listHeaders({
            unsubscribeUrl: 'https://choices.nordlys.example/u/x',
            name,
            topic: 'newsletter',
            domain: policy.mail.domain,
          })
          const subject = oneLine(letter.subject)
          const mailer = sesMailer<Anyone>(
            async (request) => {
              const { Headers = [], Subject } = request.Content?.Simple ?? {}
              const lines = [
                request.FromEmailAddress,
                Subject?.Data,
                ...Headers.map((h) => h.Value),
              ]
              for (const line of lines) expect(line).not.toMatch(/[\r\n\u2028\u2029\0]/)
              expect(request.FromEmailAddress).toMatch(/^[\x20-\x7e]+$/)
            },
            {
              from: 'choices@nordlys.example',
              name,
              replyTo: 'a@b.no',
              configurationSet: 'letters',
            },
          )
          await mailer({ to: [new Anyone()], subject, html, text: plain, headers })
        }
      }),
      100,
    )
  })

  it('UNSUB-13 the list keeps one identifier of plain ASCII within 255 octets', async () => {
    await holds(
      fc.property(text, (name) => {
        const headers = listHeaders({
          unsubscribeUrl: 'https://choices.nordlys.example/u/x',
          name,
          topic: 'newsletter',
          domain: 'nordlys.example',
        })
        const id = headers.find((header) => header.name === 'List-Id')?.value ?? ''
        expect(id).toMatch(/^([A-Za-z0-9&'+_ -]+ )?<newsletter\.nordlys\.example>$/)
        expect(Buffer.byteLength(id)).toBeLessThanOrEqual(255)
        checkMailLimits({ to: ['a@b.no'], subject: 'x', html: 'x', text: 'x', headers })
      }),
    )
  })
})
