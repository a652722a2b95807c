/** What SES publishes of a mail, as much of it as a test says; the rest as AWS documents it. */
export type Told = {
  type: string
  email: string
  at: Date
  contactId?: string
  sentAt?: Date
  /** As event publishing writes it, or as feedback notifications do. */
  shape?: 'eventType' | 'notificationType'
  detail?: Record<string, unknown>
  tags?: Record<string, string[]>
}

export function sesEventBody(told: Told): string {
  const { type, email, at, contactId, sentAt = at, shape = 'eventType', detail = {}, tags } = told
  return JSON.stringify({
    [shape]: type,
    mail: {
      timestamp: sentAt.toISOString(),
      source: 'Nordlys <choices@nordlys.example>',
      sendingAccountId: '000000000000',
      messageId: '0107018e-local',
      destination: [email],
      headersTruncated: false,
      headers: [{ name: 'List-Unsubscribe', value: '<https://choices.nordlys.example/u/x>' }],
      commonHeaders: { to: [email], subject: 'Hei' },
      ...(shape === 'notificationType'
        ? {}
        : { tags: { ...(contactId === undefined ? {} : { contact: [contactId] }), ...tags } }),
    },
    ...detail,
  })
}

export const complaintDetail = (email: string, at: Date, over: Record<string, unknown> = {}) => ({
  complaint: {
    feedbackId: `complaint-${at.getTime()}`,
    complaintSubType: null,
    complainedRecipients: [{ emailAddress: email }],
    timestamp: at.toISOString(),
    complaintFeedbackType: 'abuse',
    ...over,
  },
})

export const bounceDetail = (
  email: string,
  at: Date,
  { bounceType = 'Permanent', ...over }: Record<string, unknown> = {},
) => ({
  bounce: {
    feedbackId: `bounce-${at.getTime()}`,
    bounceType,
    bounceSubType: 'General',
    bouncedRecipients: [{ emailAddress: email, action: 'failed', status: '5.1.1' }],
    timestamp: at.toISOString(),
    ...over,
  },
})
