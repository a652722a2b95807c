import { type ContactStore, readStanding } from '../contact/contacts.ts'
import { copyLifeMs } from '../contact/copy-end.ts'
import { type RightsRequest, readOwnRequest } from '../contact/request-record.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { Send } from '../platform/queue.ts'
import type { SignedFiles } from '../platform/signed-files.ts'
import { transact } from '../platform/table.ts'
import { copySections } from './copy/copy-sections.ts'
import type { DisclosuresOf } from './copy/recipients-section.ts'
import { writeCopy } from './copy/write-copy.ts'
import { copyFolder, removeAll, removeExpired } from './copy-files.ts'
import { stepWrites } from './register.ts'
import { stepped } from './request-steps.ts'
import { stillThere } from './still-there.ts'

export type AccessOutcome =
  /** The copy can be fetched, and a letter says so. */
  | 'ready'
  /** Erased, or being erased: there is no copy, and no file of one. */
  | 'nobody'
  /** Made before; the letter is asked for again, in case its message was lost. */
  | 'made-before'

type Outside = {
  letters: Send<LetterMessage>
  files: SignedFiles
  disclosuresOf: DisclosuresOf
  origin: string
  now: Date
}

/**
 * Writes the copy, and only then closes the request. Delivered again after any step, it starts anew
 * over the same files; what was written of somebody who is erased meanwhile is removed.
 */
export async function fulfilAccess(
  store: ContactStore,
  { contactId, requestId }: { contactId: string; requestId: string },
  outside: Outside,
): Promise<AccessOutcome> {
  const { letters, files, now } = outside
  await removeExpired(files, new Date(now.getTime() - copyLifeMs))
  const folder = copyFolder(contactId, requestId)
  const standing = await readStanding(store, contactId)
  const request = await readOwnRequest(store.tables, contactId, { id: requestId, now })
  if (standing === undefined || standing.contact.erasing || request === undefined) {
    await removeAll(files, folder)
    return 'nobody'
  }
  const letter = { kind: 'copy', contactId, requestId } as const
  if (request.closedAt !== undefined) {
    await letters(letter)
    return 'made-before'
  }
  const { contact } = standing
  const sections = copySections(store, standing, outside)
  await writeCopy({ policy: store.policy, contact, sections, requestId, now, files, folder })
  if (!(await close(store, request, { generation: contact.generation, now }))) {
    return fulfilAccess(store, { contactId, requestId }, outside)
  }
  await letters(letter)
  return 'ready'
}

/** @returns false when something else has been first: the person gone, or another delivery done. */
async function close(
  store: ContactStore,
  before: RightsRequest,
  { generation, now }: { generation: number; now: Date },
): Promise<boolean> {
  const after = stepped(before, 'complete', { at: now, outcome: 'carried-out' })
  if (after === undefined || before.contactId === undefined) return false
  const written = await transact(store.tables.db, [
    stillThere(store.tables, before.contactId, generation),
    ...stepWrites(store, 'complete', { before, after }),
  ])
  return written.kind === 'written'
}
