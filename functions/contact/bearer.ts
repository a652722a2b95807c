import { bearerOf, type HttpEvent } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import {
  manageToken,
  type OpenedUnsubscribe,
  sessionToken,
  unsubscribeToken,
} from '../platform/token-bodies.ts'
import type { OpenContact } from './contact.ts'
import { type ContactStore, readOpenContact } from './contacts.ts'

/** Who stands at the door, and which door (design §6): a newsletter's link, or a proven mailbox. */
export type Bearer =
  | { via: 'session'; contact: OpenContact }
  | { via: 'unsubscribe'; token: OpenedUnsubscribe; contact: OpenContact }

/**
 * The holder of a session.
 * @throws {Problem} 401 for anything else, a session of an older generation included.
 */
export async function sessionBearer(
  store: ContactStore,
  event: HttpEvent,
  now: Date,
): Promise<OpenContact> {
  const claims = await sessionToken.open(store.keys, bearerOf(event) ?? '', now)
  const contact = claims && (await readOpenContact(store, claims.contactId))
  if (contact === undefined || contact.generation !== claims?.generation) {
    throw new Problem(401, 'unauthorised')
  }
  return contact
}

/**
 * The holder of a session or of a newsletter's link.
 * @throws {Problem} 401; `exchange-first` for a mailed link that has not been pressed yet.
 */
export async function anyBearer(store: ContactStore, event: HttpEvent, now: Date): Promise<Bearer> {
  const text = bearerOf(event) ?? ''
  const token = await unsubscribeToken.open(store.keys, text)
  if (token !== undefined) {
    const contact = token.keyRevoked ? undefined : await readOpenContact(store, token.contactId)
    if (contact === undefined) throw new Problem(401, 'unauthorised')
    return { via: 'unsubscribe', token, contact }
  }
  if ((await manageToken.open(store.keys, text, now)) !== undefined) {
    throw new Problem(401, 'exchange-first')
  }
  return { via: 'session', contact: await sessionBearer(store, event, now) }
}
