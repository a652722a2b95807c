import { difference, type Figures } from '../campaign/figures.ts'
import type { Ended } from '../campaign/message-record.ts'
import { classes, type HitClass } from './classify.ts'
import { type Judged, type JudgedHit, summaryOf, type Tracked } from './tracked.ts'

/**
 * What a message's new hits change in its campaign's figures. A hit that turns out to be a machine's is
 * taken from the people's and given to the machines' (TRACK-06).
 *
 * Totals: `open:<class>`, `click:<class>`, `link:<n>:<class>` count hits; `opened:<class>`,
 * `clicked:<class>` count messages, each by the most human of its hits, and `followed:<n>` those of
 * whose person it is likely that they followed the link. Hours, a person's alone:
 * `<YYYY-MM-DDTHH>:open` and `:click`.
 */
export function figuresChange(
  before: Tracked | undefined,
  { tracked, hits }: Judged,
  ended: Ended = {},
): { totals: Figures; hours: Figures } {
  return {
    totals: difference(totalsOf(before, ended), totalsOf(tracked, ended)),
    hours: difference(hoursOf(before?.hits ?? []), hoursOf(hits)),
  }
}

/**
 * What one message's hits are in its campaign's totals. One that has left the rates counts no longer as
 * opened or clicked, since it is not among those that could have been either; its hits, of nobody, stay.
 */
export function totalsOf(tracked: Tracked | undefined, ended: Ended = {}): Figures {
  if (tracked === undefined) return {}
  const { counts } = summaryOf(tracked)
  const opened = ended.opens ? undefined : mostHuman(counts, 'open')
  const clicked = ended.clicks ? undefined : mostHuman(counts, 'click')
  const followed = Object.keys(counts).flatMap((key) => {
    const link = /^link:(\d+):human_likely$/.exec(key)?.[1]
    return link === undefined || ended.clicks ? [] : [[`followed:${link}`, 1] as const]
  })
  return {
    ...counts,
    ...(opened === undefined ? {} : { [`opened:${opened}`]: 1 }),
    ...(clicked === undefined ? {} : { [`clicked:${clicked}`]: 1 }),
    ...Object.fromEntries(followed),
  }
}

const mostHuman = (counts: Figures, kind: JudgedHit['kind']): HitClass | undefined =>
  classes.find((name) => (counts[`${kind}:${name}`] ?? 0) > 0)

function hoursOf(hits: readonly JudgedHit[]): Figures {
  const hours: Record<string, number> = {}
  for (const hit of hits) {
    if (hit.class !== 'human_likely') continue
    const key = `${new Date(hit.at).toISOString().slice(0, 13)}:${hit.kind}`
    hours[key] = (hours[key] ?? 0) + 1
  }
  return hours
}
