import type { OpenContact } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { copyEnd } from '../contact/copy-end.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import { downloadToken } from '../platform/token-bodies.ts'

/** Where the session's own copy is, so that nobody waits for the mail; nothing while there is none. */
export async function copyLink(
  { keys }: Pick<ContactStore, 'keys'>,
  { request, contact, now }: { request: RightsRequest; contact: OpenContact; now: Date },
): Promise<{ copy?: { path: string; expiresAt: string } }> {
  const expires = copyEnd(request)
  if (expires === undefined || expires <= now) return {}
  const { generation } = contact
  const token = await downloadToken.mint(keys, { requestId: request.id, generation, expires })
  return { copy: { path: `/d/${token}`, expiresAt: expires.toISOString() } }
}
