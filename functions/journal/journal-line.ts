import * as v from 'valibot'
import { actKinds, changeSchema } from '../consent/choices.ts'
import { suppressionKinds } from '../consent/decide.ts'
import { fromItem, type Item } from '../platform/table.ts'
import { entryHash } from './entry-hash.ts'
import type { StreamRecord } from './stream-record.ts'

const time = v.pipe(v.string(), v.isoTimestamp())

/**
 * What a replay after a restore needs of an entry (RIGHT-13), and nothing that says who: no seal, no
 * page, no member of staff. Of anything else the hash alone is kept.
 */
const saidSchema = v.union([
  v.object({
    kind: actKinds,
    at: time,
    noticeVersion: v.number(),
    changes: v.array(changeSchema),
  }),
  v.object({ addressKey: v.string(), kind: v.picklist(suppressionKinds), at: time }),
  v.object({ action: v.string(), at: time }),
])

/** One line of the journal: that an entry was written, changed or removed, and what it then was. */
export const lineSchema = v.object({
  /** The stream's own id of the event, by which it is never written down twice. */
  event: v.string(),
  seenAt: time,
  did: v.picklist(['INSERT', 'MODIFY', 'REMOVE']),
  pk: v.string(),
  sk: v.string(),
  /** Of what stands there since; none after a removal. */
  sha256: v.optional(v.string()),
  said: v.optional(saidSchema),
})
export type JournalLine = v.InferOutput<typeof lineSchema>

export function lineOf({ eventID, eventName, dynamodb }: StreamRecord): JournalLine {
  const { ApproximateCreationDateTime, Keys, NewImage } = dynamodb
  const line = {
    event: eventID,
    seenAt: new Date(ApproximateCreationDateTime * 1000).toISOString(),
    did: eventName,
    pk: Keys.pk.S,
    sk: Keys.sk.S,
  }
  if (NewImage === undefined) return line
  const said = saidIn(NewImage)
  return { ...line, sha256: entryHash(NewImage), ...(said === undefined ? {} : { said }) }
}

/** What cannot be read is written down all the same, by its hash: nothing stops the journal. */
function saidIn(image: Item): v.InferOutput<typeof saidSchema> | undefined {
  const said = v.safeParse(saidSchema, fromItem(image))
  return said.success ? said.output : undefined
}
