/**
 * An answer that is not a success, as RFC 9457 problem details with a stable `code`. Thrown anywhere
 * in a request and turned into the answer at the edge; nothing of the cause leaks (SEC-12).
 */
export type ProblemCode =
  | 'not-found'
  | 'invalid-request'
  | 'invalid-sign-up'
  | 'unauthorised'
  | 'exchange-first'
  | 'mailbox-needed'
  | 'forbidden'
  | 'not-accepted'
  | 'not-a-colleague'
  | 'too-large'
  | 'unsupported-media-type'
  | 'unknown-purpose'
  | 'undeclared-recipient'
  | 'undeclared-evidence'
  | 'not-available'
  | 'not-ready'
  | 'wrong-state'
  | 'not-startable'
  | 'over-limit'
  | 'restored'
  | 'expired'
  | 'restoring'
  | 'try-again'

const titles: Record<ProblemCode, string> = {
  'not-found': 'There is nothing here',
  'invalid-request': 'The request is not well formed',
  'invalid-sign-up': 'Something in the form needs a correction',
  unauthorised: 'This link or token is not valid here',
  'exchange-first': 'Open this link with the button on the page first',
  'mailbox-needed': 'This needs a link mailed to you',
  forbidden: 'Your role does not allow this',
  'not-a-colleague': 'Only colleagues are sent a test',
  'not-accepted': 'This request is not accepted here',
  'too-large': 'The request is too large',
  'unsupported-media-type': 'This content type is not accepted here',
  'unknown-purpose': 'The policy declares no such topic or purpose',
  'undeclared-recipient': 'The policy declares no such recipient for this topic and purpose',
  'undeclared-evidence': 'The policy lets no import rest this topic on such evidence',
  'not-available': 'This is not available here',
  'not-ready': 'This is not ready yet',
  'wrong-state': 'This cannot be done in the state it is in',
  'over-limit': 'Too many of its readers reject this; say that you let it pass, or cancel it',
  'not-startable': 'Something has to be put right before this can start',
  restored:
    'It came back with a backup and nobody knows whom it has reached; cancel it, or write a new one',
  expired: 'This has expired',
  restoring: 'A backup is being restored; nothing is shown until it is up to date',
  'try-again': 'This did not work just now; nothing was changed',
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: ProblemCode
  readonly details: Readonly<Record<string, unknown>>
  constructor(status: number, code: ProblemCode, details: Readonly<Record<string, unknown>> = {}) {
    super(code)
    this.status = status
    this.code = code
    this.details = details
  }
}

export function problemBody({ status, code, details }: Problem): string {
  return JSON.stringify({ type: 'about:blank', title: titles[code], status, code, ...details })
}
