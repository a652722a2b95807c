import type { ContactStore } from '../../contact/contacts.ts'
import { readSignUp, signUpItemKey, signUpMarkPrefix } from '../../contact/sign-up-record.ts'
import { isPastTtl, readPartition, readTogether } from '../../platform/table.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** Forms that named this address within the week: what was written in them, or what came of them. */
export function signUpsSection(store: ContactStore, addressKey: string, now: Date): CopySection {
  return {
    id: 'sign-ups',
    art20: true,
    columns: [
      ...columns('time', 'requestedAt', 'mailedAt', 'confirmedAt'),
      ...columns('purpose', 'topics', 'purposes'),
      ...columns('text', 'email', 'name', 'company', 'title', 'phone', 'language', 'form'),
      ...columns('text', 'noticeVersion'),
      ...columns('id', 'signUpId'),
      ...columns('machine', 'noticeSha256', 'network'),
    ],
    rows: rowsOf(store, addressKey, now),
  }
}

async function* rowsOf(store: ContactStore, addressKey: string, now: Date): AsyncGenerator<Row> {
  const { db, main } = store.tables
  for await (const mark of readPartition(db, main, addressKey, signUpMarkPrefix)) {
    const signUpId = String(mark.sk).slice(signUpMarkPrefix.length)
    const pending = await readSignUp(store, signUpId, now)
    if (pending !== undefined) {
      const { identity, sealed: _, ttl: _ttl, ...signUp } = pending
      yield rowOf({ ...identity, ...signUp })
      continue
    }
    const [item] = await readTogether(db, [{ table: main, key: signUpItemKey(signUpId) }])
    if (item === undefined || isPastTtl(item, now)) continue
    // Confirmed: what it held is in the profile now, and its seal is gone.
    const { pk: _, sk: _sk, ttl: _ttl, sealed: _sealed, ...rest } = item
    yield rowOf({ ...rest, signUpId })
  }
}
