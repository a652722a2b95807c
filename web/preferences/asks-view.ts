import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { offerOf, textIn } from '../shared/public-policy.ts'
import type { Choosing } from './state.ts'

/** CONS-08: a changed text asks anew, once; yes and no are the same button (UX-06). */
export function asksSection(
  { policy, language }: Reader,
  { preferences }: Choosing,
): Html | undefined {
  const { preferences: words } = textsIn(language)
  const asked = preferences.choices.flatMap(({ id, ask }) => {
    const offer = ask ? offerOf(policy, id) : undefined
    return offer === undefined ? [] : [{ id, ...offer }]
  })
  if (asked.length === 0) return undefined
  const answer = (act: string, id: string, { says, name }: { says: string; name: string }): Html =>
    html`<button type="button" id="${act}-${id}" data-act="${act}" data-id="${id}"
 aria-label="${says}: ${name}">${says}</button>`
  return html`<section aria-labelledby="asks"><h2 id="asks">${words.asks}</h2>
<p class="soft">${words.asksText}</p>
<ul class="card">${asked.map((offer) => {
    const name = textIn(policy, offer.name, language)
    return html`<li class="row wrap" id="ask-${offer.id}"><div><h3>${name}</h3>
<p>${textIn(policy, offer.description, language)}</p></div>
<div class="both">${answer('ask-yes', offer.id, { says: words.askYes, name })}
${answer('ask-no', offer.id, { says: words.askNo, name })}</div></li>`
  })}</ul></section>`
}
