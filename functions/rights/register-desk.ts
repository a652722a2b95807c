import type { Policy } from '../consent/policy.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { KeySource } from '../platform/keyring.ts'
import type { Log } from '../platform/log.ts'
import type { Send } from '../platform/queue.ts'
import type { Tables } from '../platform/table.ts'
import type { RequestMessage } from './request-message.ts'

/** All that keeping the register needs. It opens nobody's seal: who asks is a pseudonym here. */
export type RegisterDesk = {
  tables: Tables
  policy: Policy
  /** Of addresses, to find whose a request is, and of the ring, for what is written about it. */
  keys: KeySource
  letters: Send<LetterMessage>
  requests: Send<RequestMessage>
  log: Log
  clock: () => Date
}

type RequestLetterMessage = Extract<LetterMessage, { kind: 'request' }>

/**
 * What was decided is stored by now, so a queue that is down must not make the answer say otherwise:
 * it says that no letter was asked for, and a colleague asks for it again.
 */
export async function askForLetter(
  { letters, log }: Pick<RegisterDesk, 'letters' | 'log'>,
  { about, requestId }: Omit<RequestLetterMessage, 'kind'>,
): Promise<boolean> {
  try {
    await letters({ kind: 'request', about, requestId })
    return true
  } catch (fault) {
    log.fault('a letter about a request could not be asked for', fault, { requestId })
    return false
  }
}
