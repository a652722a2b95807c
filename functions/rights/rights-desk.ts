import type { OpenContact } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { Log } from '../platform/log.ts'
import type { Send } from '../platform/queue.ts'
import type { RequestMessage } from './request-message.ts'

/** All that answering a right needs. */
export type RightsDesk = {
  store: ContactStore
  requests: Send<RequestMessage>
  letters: Send<LetterMessage>
  log: Log
  clock: () => Date
}

/** A right as it is exercised: whose mailbox was proved, what they said, and when. */
export type Asking<Body> = {
  contact: OpenContact
  body: Body
  now: Date
  /** The request that came by letter or telephone, when it is this one that is carried out. */
  registered?: RightsRequest | undefined
}
