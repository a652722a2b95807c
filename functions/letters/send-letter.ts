import type { Log } from '../platform/log.ts'
import type { Send } from '../platform/queue.ts'
import { addressChangedLetter } from './address-letters.ts'
import type { Desk, LetterOutcome } from './desk.ts'
import { erasedLetter } from './erased-letter.ts'
import type { LetterMessage } from './letter-message.ts'
import { sendAddressChange } from './send-address-change.ts'
import { sendConfirm } from './send-confirm.ts'
import { sendCopy } from './send-copy.ts'
import { sendImported } from './send-imported.ts'
import { type Asked, sendManage, sendManageByAddress } from './send-manage.ts'
import { sendPending } from './send-pending.ts'
import { sendRequest } from './send-request.ts'
import { sendWelcome } from './send-welcome.ts'

export type PostRoom = Desk & { letters: Send<LetterMessage>; log: Log }

/**
 * One message of the queue: its letter leaves, or leaves later, or there is none to send. Every fault
 * is thrown, so that the message stays in its queue (SEC-12).
 */
export async function sendLetter(
  room: PostRoom,
  message: LetterMessage,
  sentAt: Date,
): Promise<void> {
  const outcome = await outcomeOf(room, message, sentAt)
  if (outcome.kind === 'later') {
    await room.letters(asWasAsked(message, sentAt), outcome.ms / 1000)
  }
  room.log.info('a letter', {
    kind: message.kind,
    outcome: outcome.kind === 'none' ? outcome.because : outcome.kind,
  })
}

function outcomeOf(desk: Desk, message: LetterMessage, sentAt: Date): Promise<LetterOutcome> {
  switch (message.kind) {
    case 'confirm':
      return sendConfirm(desk, message)
    case 'welcome':
      return sendWelcome(desk, message)
    case 'imported':
      return sendImported(desk, message)
    case 'manage':
      return sendManageByAddress(desk, message.addressKeys, asked(message, sentAt))
    case 'manage-contact':
      return sendManage(desk, message.contactId, asked(message, sentAt))
    case 'copy':
      return sendCopy(desk, message)
    case 'erased':
      return sendPending(desk, message, erasedLetter)
    case 'address-change':
      return sendAddressChange(desk, message)
    case 'address-changed':
      return sendPending(desk, message, addressChangedLetter)
    case 'request':
      return sendRequest(desk, message)
  }
}

type Manage = Extract<LetterMessage, { kind: 'manage' | 'manage-contact' }>

function asked({ askedAt, network }: Manage, sentAt: Date): Asked {
  return { askedAt: askedAt === undefined ? sentAt : new Date(askedAt), network }
}

/** A message that is put back keeps the time at which it was first asked. */
function asWasAsked(message: LetterMessage, sentAt: Date): LetterMessage {
  switch (message.kind) {
    case 'manage':
    case 'manage-contact':
      return { ...message, askedAt: message.askedAt ?? sentAt.toISOString() }
    case 'confirm':
    case 'welcome':
    case 'imported':
    case 'copy':
    case 'erased':
    case 'address-change':
    case 'address-changed':
    case 'request':
      return message
  }
}
