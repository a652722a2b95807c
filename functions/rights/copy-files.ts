import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { requestIdsOf } from '../contact/request-record.ts'
import type { SignedFiles } from '../platform/signed-files.ts'
import { type Tables, toItem } from '../platform/table.ts'

/**
 * Where the files of an access copy lie: `<contactId>/<requestId>/<name>`, so that all of one person
 * are found by their beginning. The bucket holds nothing else, and keeps nothing past a day.
 */
const folderOf = (contactId: string): string => `${contactId}/`

/** `D#<requestId>` / `D`: whose copy it is, for the token that names the request alone. */
const copyItemKey = (requestId: string): { pk: string; sk: string } => ({
  pk: `D#${requestId}`,
  sk: 'D',
})

export type CopyStore = { tables: Tables; files: SignedFiles }

/** Nothing stays of any copy of this person, of one still being written neither (RIGHT-11). */
export async function deleteCopies(
  { tables: { db, main }, files }: CopyStore,
  contactId: string,
): Promise<void> {
  for (const id of await requestIdsOf({ db, main }, contactId)) {
    const Key = toItem(copyItemKey(id))
    await db.send(new DeleteItemCommand({ TableName: main, Key }))
  }
  await removeAll(files, folderOf(contactId))
}

/** S3 lists a thousand at a time; what is removed is not listed again. */
async function removeAll(files: SignedFiles, under: string): Promise<void> {
  for (;;) {
    const listed = await files.list(under)
    if (listed.length === 0) return
    for (const { key } of listed) await files.remove(key)
  }
}
