import * as v from 'valibot'
import { campaignKey, campaignLinksSchema } from '../campaign/campaign-record.ts'
import { isPastTtl } from '../platform/table.ts'

/**
 * Where the links of a campaign lead, by number.
 * @property interests what they tell of, by their number; those that tell nothing are left out.
 * @property trap the number of the one that no person can see; undefined in a campaign without.
 */
export type Links = {
  targets: readonly string[]
  trap: number | undefined
  interests: Readonly<Record<string, readonly string[]>>
}

/** The links of a campaign; undefined when there is none, or no longer. */
export type CampaignLinks = (campaignId: string) => Promise<Links | undefined>

type ItemKey = { pk: string; sk: string }
/** The attributes of a campaign's item that have to be read. */
export const linksAttributes = ['links', 'trap', 'interests', 'ttl'] as const

/** They are fixed once a mail is out; only a campaign's end is seen this much late. */
const heldMs = 300_000
const mostHeld = 100

/** Read once and held: a mail that goes out makes all its clicks in the same hours. */
export function campaignLinks(
  readItem: (key: ItemKey) => Promise<Record<string, unknown> | undefined>,
  clock: () => Date,
): CampaignLinks {
  const held = new Map<string, { until: number; links: Links }>()
  return async (campaignId) => {
    const now = clock()
    const known = held.get(campaignId)
    if (known !== undefined && now.getTime() < known.until) return known.links
    held.delete(campaignId)
    const item = await readItem(campaignKey(campaignId))
    if (item === undefined || isPastTtl(item, now)) return undefined
    const links = linksOf(item)
    const [oldest] = held.keys()
    if (oldest !== undefined && held.size >= mostHeld) held.delete(oldest)
    held.set(campaignId, { until: now.getTime() + heldMs, links })
    return links
  }
}

function linksOf(item: Record<string, unknown>): Links {
  const { links, trap, interests = {} } = v.parse(campaignLinksSchema, item)
  return trap === undefined
    ? { targets: links, trap: undefined, interests }
    : { targets: [...links, trap], trap: links.length, interests }
}
