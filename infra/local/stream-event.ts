import * as v from 'valibot'
import type { RawRecord } from './stream-calls.ts'
import type { StreamMapping } from './stream-mappings.ts'

const identity = v.object({ Type: v.string(), PrincipalId: v.string() })

/** The event that Lambda's poller makes of changes in a table. */
export function tableEvent(
  records: readonly RawRecord[],
  { streamArn }: Pick<StreamMapping, 'streamArn'>,
) {
  return { Records: records.map((record) => eventRecord(record, streamArn)) }
}

/** Lambda spells who did it in its own way. */
function eventRecord({ userIdentity, ...record }: RawRecord, eventSourceARN: string) {
  const who = v.safeParse(identity, userIdentity)
  return {
    ...record,
    ...(who.success && {
      userIdentity: { type: who.output.Type, principalId: who.output.PrincipalId },
    }),
    awsRegion: eventSourceARN.split(':')[3] ?? '',
    eventSourceARN,
  }
}
