import { accountId } from '../resource-values.ts'
import type { TakenMail } from './taken-mail.ts'

/** What becomes of a mail here, in its order: everybody takes what is sent, but SES's own simulator. */
const fates = {
  bounce: ['Send', 'Bounce'],
  complaint: ['Send', 'Delivery', 'Complaint'],
  success: ['Send', 'Delivery'],
} as const
type EventType = (typeof fates)[keyof typeof fates][number]

/** `bounce@`, `complaint+label@`: the simulator is told by the local part what to do. */
function fateOf(address: string): readonly EventType[] {
  const simulated = /^(bounce|complaint)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(address)
  switch (simulated?.[1]?.toLowerCase()) {
    case 'bounce':
      return fates.bounce
    case 'complaint':
      return fates.complaint
    default:
      return fates.success
  }
}

export type SesEvent = { type: EventType; body: Record<string, unknown> }

/** The events that SES publishes of one mail, each as its documentation shows it. */
export function sesEvents(mail: TakenMail, at: Date): SesEvent[] {
  const [address = ''] = mail.to
  return fateOf(address).map((type) => ({
    type,
    body: { eventType: type, mail: mailObject(mail, at), ...detail(type, address, at) },
  }))
}

function detail(type: EventType, emailAddress: string, at: Date): Record<string, unknown> {
  const timestamp = at.toISOString()
  const feedbackId = `local-${at.getTime()}-${Math.random().toString(36).slice(2)}`
  switch (type) {
    case 'Send':
      return { send: {} }
    case 'Delivery':
      return {
        delivery: {
          timestamp,
          processingTimeMillis: 42,
          recipients: [emailAddress],
          smtpResponse: '250 2.6.0 Message received',
          reportingMTA: 'mta.example.com',
        },
      }
    case 'Bounce':
      return {
        bounce: {
          feedbackId,
          bounceType: 'Permanent',
          bounceSubType: 'General',
          bouncedRecipients: [
            {
              emailAddress,
              action: 'failed',
              status: '5.1.1',
              diagnosticCode: 'smtp; 550 5.1.1 user unknown',
            },
          ],
          timestamp,
          reportingMTA: 'dsn; mta.example.com',
        },
      }
    case 'Complaint':
      return {
        complaint: {
          feedbackId,
          complaintSubType: null,
          complainedRecipients: [{ emailAddress }],
          timestamp,
          userAgent: 'Amazon SES Mailbox Simulator',
          complaintFeedbackType: 'abuse',
          arrivalDate: timestamp,
        },
      }
  }
}

function mailObject(mail: TakenMail, at: Date): Record<string, unknown> {
  const { messageId, from, to, subject, headers, configurationSet = '', tags } = mail
  return {
    timestamp: at.toISOString(),
    source: from,
    sendingAccountId: accountId,
    messageId,
    destination: to,
    headersTruncated: false,
    headers: [
      { name: 'From', value: from },
      { name: 'To', value: to.join(', ') },
      { name: 'Subject', value: subject },
      ...headers,
    ],
    commonHeaders: { from: [from], to, messageId, subject },
    tags: {
      'ses:configuration-set': [configurationSet],
      'ses:outgoing-ip': ['192.0.2.0'],
      ...tags,
    },
  }
}
