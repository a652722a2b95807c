import type { SignedFiles } from '../platform/signed-files.ts'

/**
 * Where the files of an access copy lie: `<contactId>/<requestId>/<name>`, so that all of one person
 * are found by their beginning. The bucket holds nothing else.
 */
export const copyFolder = (contactId: string, requestId: string): string =>
  `${contactId}/${requestId}/`

/** Nothing stays of any copy of this person, of one still being written neither (RIGHT-11). */
export function deleteCopies(files: SignedFiles, contactId: string): Promise<void> {
  return removeAll(files, `${contactId}/`)
}

/** S3 lists a thousand at a time; what is removed is not listed again. */
export async function removeAll(files: SignedFiles, under: string): Promise<void> {
  for (;;) {
    const listed = await files.list(under)
    if (listed.length === 0) return
    for (const { key } of listed) await files.remove(key)
  }
}

/**
 * Removes whatever no link opens any more (RIGHT-08), whosever it is. The bucket's own rule does it too,
 * but counts its day from midnight on.
 * @param before files written before this moment are over.
 */
export async function removeExpired(files: SignedFiles, before: Date): Promise<void> {
  for (const { key, at } of await files.list('')) {
    if (at <= before) await files.remove(key)
  }
}
