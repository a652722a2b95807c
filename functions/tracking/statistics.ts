import type { Figures } from '../campaign/figures.ts'
import { type Mails, mailsIn } from '../campaign/mails.ts'
import type { HitClass } from './classify.ts'

/** Of how many it is likely that a person did it, or a machine; a proxy may stand for either. */
export type Split = { people: number; machines: number; unknown: number }

/**
 * Opens or clicks. Of whom nothing is recorded, or nothing any more, would count as indifferent: the rate
 * leaves their messages out, with whatever they gave to it before, and says how many they are.
 */
export type Response = {
  /** Messages, each by the most human of its hits. */
  unique: Split
  /** Hits, of nobody: also those of messages that the rate leaves out by now. */
  total: Split
  /** Messages that got there, to people of whom this is recorded. */
  of: number
  /** Messages that got there, to people of whom nothing is recorded. */
  leftOut: number
  leftOutBecause: {
    /** They had no pixel, or plain links. */
    notAllowedAtSending: number
    /** Withdrawn, objected to, expired, restricted or erased since; also where it was given again later. */
    endedSince: number
  }
  /** People of those; null of none. */
  rate: number | null
}

export type Statistics = {
  mails: Mails & { skippedBecause: Record<string, number>; unsubscribed: number }
  opens: Response
  clicks: Response
  /** By link: messages whose person followed it, and how often it was fetched. */
  links: { link: number; followed: number; clicks: Split }[]
  /** People's alone. */
  hours: { hour: string; opens: number; clicks: number }[]
  languages: {
    language: string
    mails: Mails
    opens: Omit<Response, 'total'>
    clicks: Omit<Response, 'total'>
  }[]
}

const sideOf: Record<HitClass, keyof Split> = {
  human_likely: 'people',
  image_proxy: 'unknown',
  unknown: 'unknown',
  prefetch: 'machines',
  scanner: 'machines',
}

/** A campaign's figures, in words. */
export function statisticsOf(totals: Figures, hours: Figures, stops: Figures): Statistics {
  return {
    mails: {
      ...mailsIn(totals),
      skippedBecause: below(totals, 'mail:skipped:'),
      unsubscribed: stops.unsubscribed ?? 0,
    },
    opens: { ...responseIn(totals, 'opens'), total: split(totals, 'open') },
    clicks: { ...responseIn(totals, 'clicks'), total: split(totals, 'click') },
    links: linksIn(totals).map((link) => ({
      link,
      followed: totals[`followed:${link}`] ?? 0,
      clicks: split(totals, `link:${link}`),
    })),
    hours: firstParts(hours, /^(.{13}):/).map((hour) => ({
      hour: `${hour}:00:00.000Z`,
      opens: hours[`${hour}:open`] ?? 0,
      clicks: hours[`${hour}:click`] ?? 0,
    })),
    languages: firstParts(totals, /^in:([a-z]+):/).map((language) => {
      const own = below(totals, `in:${language}:`)
      return {
        language,
        mails: mailsIn(own),
        opens: responseIn(own, 'opens'),
        clicks: responseIn(own, 'clicks'),
      }
    }),
  }
}

function responseIn(figures: Figures, what: 'opens' | 'clicks'): Omit<Response, 'total'> {
  const unique = split(figures, what === 'opens' ? 'opened' : 'clicked')
  const of = figures[`counted:${what}`] ?? 0
  const endedSince = figures[`ended:${what}`] ?? 0
  const { sent, bounced } = mailsIn(figures)
  const leftOut = sent - bounced.permanent - bounced.transient - of
  return {
    unique,
    of,
    leftOut,
    leftOutBecause: { notAllowedAtSending: leftOut - endedSince, endedSince },
    rate: of === 0 ? null : unique.people / of,
  }
}

function split(figures: Figures, what: string): Split {
  const sums = { people: 0, machines: 0, unknown: 0 }
  for (const [name, side] of Object.entries(sideOf)) sums[side] += figures[`${what}:${name}`] ?? 0
  return sums
}

/** The figures whose names begin so, by the rest of their names; those that are nought left out. */
function below(figures: Figures, start: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures)
      .filter(([name, value]) => name.startsWith(start) && value !== 0)
      .map(([name, value]) => [name.slice(start.length), value]),
  )
}

const linksIn = (figures: Figures): number[] =>
  firstParts(figures, /^link:(\d+):/)
    .map(Number)
    .toSorted((a, b) => a - b)

const firstParts = (figures: Figures, pattern: RegExp): string[] =>
  [...new Set(Object.keys(figures).flatMap((name) => pattern.exec(name)?.[1] ?? []))].toSorted()
