import type { Texts } from '../locales/nb.ts'
import { localDayInWords } from '../shared/calendar-day.ts'
import type { Choice } from './preferences.ts'

/** Since when and why, as far as the server says; what is on now outweighs what was once said (UX-07). */
export function sinceWords(
  texts: Texts,
  { state, since, on, until, ...choice }: Choice,
  basis: string,
): string | undefined {
  const words = texts.preferences.since
  if (state === undefined) return on === true ? words.on : undefined
  const day = (moment: string): string => localDayInWords(texts, new Date(moment))
  if (on === true) {
    const because = reason(texts, choice.basis ?? basis)
    // A pause that is over leaves the consent as old as it was.
    return isYes(state) && since !== undefined
      ? words.given(day(since), because)
      : `${words.on}${because}`
  }
  if (state === 'unknown') return words.unknown
  if (state === 'paused') return until === undefined ? texts.page.off : words.paused(day(until))
  return state === 'given' || since === undefined ? texts.page.off : words[state](day(since))
}

const isYes = (state: string): boolean => state === 'given' || state === 'paused'

function reason({ preferences }: Texts, basis: string | undefined): string {
  const reasons: Readonly<Record<string, string>> = preferences.because
  return (basis !== undefined && Object.hasOwn(reasons, basis) ? reasons[basis] : undefined) ?? ''
}
