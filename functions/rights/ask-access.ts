import * as v from 'valibot'
import { type RightsRequest, readOwnRequests } from '../contact/request-record.ts'
import { transact } from '../platform/table.ts'
import { enter } from './enter.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'
import { stillThere } from './still-there.ts'

export const accessBody = v.strictObject({ kind: v.literal('access') })

/**
 * A copy of everything (GDPR art. 15), made by a job. One that is being made already is the answer to
 * whoever asks again; its job is asked for once more, in case its message never came.
 */
export async function askAccess(
  { store, requests }: RightsDesk,
  { contact, now, registered }: Asking<v.InferOutput<typeof accessBody>>,
): Promise<RightsRequest | undefined> {
  const { contactId } = contact
  const running =
    registered === undefined
      ? (await readOwnRequests(store.tables, contactId, now)).find(
          ({ kind, status }) => kind === 'access' && status === 'in-progress',
        )
      : undefined
  const request = running ?? (await entered({ store }, contactId, { now, registered }))
  if (request !== undefined) await requests({ kind: 'access', contactId, requestId: request.id })
  return request
}

async function entered(
  { store }: Pick<RightsDesk, 'store'>,
  contactId: string,
  { now, registered }: Pick<Asking<unknown>, 'now' | 'registered'>,
): Promise<RightsRequest | undefined> {
  const wanted = { kind: 'access', status: 'in-progress', contactId, now, registered } as const
  const entry = enter(store, wanted)
  if (entry === undefined) return undefined
  const written = await transact(store.tables.db, [
    stillThere(store.tables, contactId),
    ...entry.writes,
  ])
  return written.kind === 'written' ? entry.request : undefined
}
