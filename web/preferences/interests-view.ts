import { textsIn } from '../locales/locales.ts'
import { localDayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { textIn } from '../shared/public-policy.ts'
import type { Choosing } from './state.ts'

/** TRACK-13: what is inferred, of what, and how; nothing of it where profiling is off or nothing is known. */
export function interestsSection(
  { policy, language }: Reader,
  { preferences: { interests } }: Choosing,
): Html | undefined {
  if (interests === undefined) return undefined
  const texts = textsIn(language)
  const { preferences: words } = texts
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const { weight, halfLifeDays, each } = interests
  return html`<section aria-labelledby="interests"><h2 id="interests">${words.interests}</h2>
<p class="soft">${words.interestsText(number.format(weight), halfLifeDays)}</p>
<ul class="card">${each.map(
    ({ name, points, links, lastAt }) => html`<li class="row"><div class="what">
<h3>${textIn(policy, name, language)}</h3>
<p>${words.interestBecause(links, localDayInWords(texts, new Date(lastAt)))}</p></div>
<span class="state">${words.points(number.format(points))}</span></li>`,
  )}</ul></section>`
}
