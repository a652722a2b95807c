/**
 * Message tags by which SES says what an event is about; each holds an id (SES takes letters, digits,
 * `-` and `_`). A tag comes back with every event and is never shown to whoever gets the mail.
 */
export const mailTag = {
  contact: 'contact',
  campaign: 'campaign',
  message: 'message',
  /** The request that a letter is about, and which of the letters about it. */
  request: 'request',
  letter: 'letter',
} as const
