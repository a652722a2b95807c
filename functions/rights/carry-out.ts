import type { ContactStore } from '../contact/contacts.ts'
import { type RightsRequest, readRequest } from '../contact/request-record.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { Send } from '../platform/queue.ts'
import type { SignedFiles } from '../platform/signed-files.ts'
import { beginErasure, fulfilErasure } from './erase.ts'
import { object } from './object.ts'
import { restrict } from './restrict.ts'

type Outside = { letters: Send<LetterMessage>; files: SignedFiles; now: Date }

/**
 * What came by letter or telephone, and a colleague has seen who asks (RIGHT-04): from here on it is
 * what it would have been from the person's own page. Delivered again, it goes on where it stopped.
 */
export async function carryOut(
  store: ContactStore,
  requestId: string,
  outside: Outside,
): Promise<'carried-out' | 'over'> {
  const { letters, now } = outside
  const registered = await readRequest(store.tables, requestId, now)
  const contactId = registered?.contactId
  if (registered?.proof?.by !== 'check' || contactId === undefined) return 'over'
  if (registered.kind === 'erasure') {
    if (registered.status !== 'in-progress') {
      const begun = { requests: async () => {}, now, registered }
      if ((await beginErasure(store, contactId, begun))?.id !== requestId) return 'over'
    }
    await fulfilErasure(store, { contactId, requestId }, outside)
    return 'carried-out'
  }
  if (registered.status === 'received') await atOnce(store, contactId, { registered, now })
  await letters({ kind: 'request', about: 'standing', requestId })
  return 'carried-out'
}

async function atOnce(
  store: ContactStore,
  contactId: string,
  { registered, now }: { registered: RightsRequest; now: Date },
): Promise<void> {
  const { kind, detail } = registered
  if (kind === 'restriction') {
    await restrict(store, contactId, { lift: false, now, registered })
  }
  if (kind === 'objection') {
    const to = detail === 'profiling' || detail === 'calls' ? detail : 'direct-marketing'
    await object(store, contactId, { to, now, registered })
  }
}
