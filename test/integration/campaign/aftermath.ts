import { parse } from 'valibot'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { noteMailEvent } from '../../../functions/campaign/delivery.ts'
import { mailEvent } from '../../../functions/campaign/mail-event.ts'
import { messageIdOf } from '../../../functions/campaign/message-record.ts'
import { readShards, sumOf } from '../../../functions/campaign/read-figures.ts'
import { recordHits } from '../../../functions/tracking/record-hits.ts'
import { recount } from '../../../functions/tracking/recount.ts'
import { readRecount } from '../../../functions/tracking/recount-record.ts'
import { statisticsOf } from '../../../functions/tracking/statistics.ts'
import { policy } from '../../../policy.ts'
import { bounceDetail, complaintDetail, sesEventBody } from '../../support/ses-events.ts'
import type { openCampaignOffice } from './campaign-office.ts'

export const silentLog = { info: () => {}, fault: () => {} }
let fetches = 0

/**
 * What comes of a campaign once it has left: what SES tells, who fetches, and what its figures then say.
 * @param campaign the one that is looked at.
 */
export function aftermathOf(
  office: Awaited<ReturnType<typeof openCampaignOffice>>,
  campaign: () => string,
) {
  const { store, time } = office
  const messageId = async ({ contactId }: { contactId: string }) => {
    const read = await readCampaign(store.tables, campaign(), time.now)
    return messageIdOf(read!.key, contactId)
  }
  return {
    messageId,
    statistics: async () => {
      const of = async (kind: string) => sumOf(await readShards(store.tables, campaign(), kind))
      return statisticsOf(await of('T#'), await of('H#'), await of('U#'))
    },
    /** @param person their `mailbox` where SES names it, so that more comes of it than figures. */
    told: async (
      person: { contactId: string; mailbox?: string },
      ...events: [string, Record<string, unknown>?][]
    ) => {
      const { mailbox: email = 'nobody@example.org' } = person
      for (const [type, over] of events) {
        const at = time.now
        const detail = {
          ...complaintDetail(email, at),
          ...bounceDetail(email, at, over),
          delivery: { timestamp: at.toISOString() },
        }
        const tags = { campaign: [campaign()], message: [await messageId(person)] }
        const body = sesEventBody({ type, email, at, detail, tags })
        const desk = {
          ...store,
          clock: () => at,
          log: silentLog,
          lost: () => {},
          rejected: () => {},
        }
        await noteMailEvent(desk, parse(mailEvent, body))
      }
    },
    /** An hour after now, as a person's own client does it. @param tables another way to them. */
    fetched: async (
      person: { contactId: string },
      kinds: readonly ('open' | 'click')[],
      tables = store.tables,
    ) => {
      const campaignId = campaign()
      const of = await messageId(person)
      const at = new Date(time.now.getTime() + 3_600_000).toISOString()
      const read = await readCampaign(store.tables, campaignId, time.now)
      const links = async () => ({ targets: read?.links ?? [], trap: undefined, interests: {} })
      await recordHits(
        { tables, policy, links, clock: () => time.now },
        kinds.map((kind) => ({
          id: `hit-${++fetches}`,
          message: {
            ...(kind === 'open' ? { kind } : { kind, link: 0 }),
            campaignId,
            messageId: of,
            sign: 'client' as const,
            network: `n${fetches}`,
            at,
          },
        })),
      )
    },
    recounted: async () => {
      const work = { tables: store.tables, log: silentLog, clock: () => time.now }
      await recount(work, campaign())
      return readRecount(store.tables, campaign())
    },
  }
}
