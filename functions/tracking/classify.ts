import type { Sign } from './sign.ts'

/**
 * Who fetched a pixel or a link, judged from all that is known of one message's hits. Pure: the same
 * hits and facts give the same classes in whatever order they came, so what was judged before a burst
 * was complete is judged again when it is (TRACK-06).
 */
export const classes = ['human_likely', 'image_proxy', 'unknown', 'prefetch', 'scanner'] as const
export type HitClass = (typeof classes)[number]

/** Raised with every change of a rule below, and kept beside what was judged by it. */
export const rulesVersion = 2

/** One fetch of a message's pixel or of one of its links. */
export type MessageHit = {
  /** The queue's own id of it: delivered twice, it is still one hit. */
  id: string
  /** Milliseconds since 1970. */
  at: number
  sign: Sign
  /** Its network was fetching for many recipients at that time. */
  crowd?: true | undefined
} & ({ kind: 'open' } | { kind: 'click'; link: number })
export type Click = Extract<MessageHit, { kind: 'click' }>

export type Facts = {
  /** When the mail was handed over, or later when it was delivered; undefined where nobody knows. */
  sentAt?: number | undefined
  /** How many links the campaign has. */
  links: number
  /** The number of a link that no person can see. */
  trap?: number | undefined
}

export type Behaviour = 'trap' | 'too-soon' | 'burst' | 'all-links' | 'crowd'
export type Verdict = { class: HitClass; reason: Sign | Behaviour }

/** What a sign says of an open and of a click (TRACK-08); `client` is what a person's would be. */
const bySign: Record<Sign, Record<MessageHit['kind'], HitClass>> = {
  // Fetched when the mail is looked at, but once for all: a possible open.
  'google-proxy': { open: 'image_proxy', click: 'scanner' },
  'yahoo-proxy': { open: 'image_proxy', click: 'scanner' },
  'google-prefetch': { open: 'prefetch', click: 'prefetch' },
  'apple-prefetch': { open: 'prefetch', click: 'unknown' },
  // Outlook fetches real opens from there too; but Safe Links sends a person's own browser on.
  'safe-links': { open: 'unknown', click: 'scanner' },
  'microsoft-network': { open: 'unknown', click: 'scanner' },
  'mail-scanner': { open: 'scanner', click: 'scanner' },
  head: { open: 'scanner', click: 'scanner' },
  crawler: { open: 'scanner', click: 'scanner' },
  'no-agent': { open: 'unknown', click: 'unknown' },
  client: { open: 'human_likely', click: 'human_likely' },
}

/** TRACK-09. Nobody reads a mail and chooses a link in ten seconds. */
const soonMs = 10_000
const burst = { links: 3, withinMs: 2000 }
/** Whoever follows every link there is, and there are some, follows them for somebody else. */
const allLinks = { atLeast: 3, withinMs: 60_000 }
const trapWithinMs = 60_000

/** Whether a fetch that says this of itself may be a person's, so that it matters who else was fetched for. */
export const mayBePerson = (sign: Sign, kind: MessageHit['kind']): boolean =>
  ['human_likely', 'unknown'].includes(bySign[sign][kind])

/** The verdict on each hit, in the order given. */
export function classify(hits: readonly MessageHit[], facts: Facts): Verdict[] {
  const clicks = hits.filter((hit) => hit.kind === 'click')
  return hits.map((hit) => {
    const class_ = bySign[hit.sign][hit.kind]
    if (class_ !== 'human_likely' && class_ !== 'unknown') {
      return { class: class_, reason: hit.sign }
    }
    const behaviour = hit.kind === 'click' ? behaviourOf(hit, clicks, facts) : undefined
    if (behaviour !== undefined) return { class: 'scanner', reason: behaviour }
    // A whole office may look at its mail from one address: not a person for sure, nor a machine.
    if (hit.crowd) return { class: hit.kind === 'click' ? 'scanner' : 'unknown', reason: 'crowd' }
    return { class: class_, reason: hit.sign }
  })
}

function behaviourOf(
  hit: Click,
  clicks: readonly Click[],
  { sentAt, links, trap }: Facts,
): Exclude<Behaviour, 'crowd'> | undefined {
  const trapped = clicks.some(
    (other) => other.link === trap && Math.abs(other.at - hit.at) <= trapWithinMs,
  )
  if (trapped) return 'trap'
  if (sentAt !== undefined && hit.at - sentAt < soonMs) return 'too-soon'
  if (mostLinksAround(hit, clicks, burst.withinMs) >= burst.links) return 'burst'
  const all = Math.max(allLinks.atLeast, links)
  if (mostLinksAround(hit, clicks, allLinks.withinMs) >= all) return 'all-links'
  return undefined
}

/** Of all spans of this length that hold the click, the most links that were followed within one. */
function mostLinksAround(hit: Click, clicks: readonly Click[], spanMs: number): number {
  const near = clicks.filter(({ at }) => Math.abs(at - hit.at) <= spanMs)
  const counts = near
    .filter(({ at }) => at <= hit.at)
    .map(({ at: from }) => {
      const within = near.filter(({ at }) => at >= from && at <= from + spanMs)
      return new Set(within.map(({ link }) => link)).size
    })
  return Math.max(0, ...counts)
}
