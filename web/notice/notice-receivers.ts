import { type Html, html } from '../shared/html.ts'
import { offerOf, textIn } from '../shared/public-policy.ts'
import type { Notice } from './notice.ts'
import type { Receiver } from './notice-policy.ts'

/** By name, each with what for, and the ground on which data may leave the EEA for it. */
export function receivers(notice: Notice): Html {
  const { policy, words } = notice
  const all = Object.values(policy.recipients)
  return html`<section><h2>${words.receivers}</h2>${
    all.length === 0
      ? html`<p>${words.noReceivers}</p>`
      : html`<ul class="card">${all.map((each) => receiver(notice, each))}</ul>`
  }<p class="below">${words.stored[policy.storage]}</p></section>`
}

function receiver({ policy, language, words }: Notice, of: Receiver): Html {
  const { name, country, why, receives, transfer } = of
  const names = receives.map((id) => {
    const offer = offerOf(policy, id)
    return offer === undefined ? id : `«${textIn(policy, offer.name, language)}»`
  })
  const listed = new Intl.ListFormat(language, { type: 'conjunction' }).format(names)
  const quoted = language === 'nb' ? listed : listed.replaceAll('«', '“').replaceAll('»', '”')
  return html`<li class="row"><div><h3>${name}, ${country}</h3>
<p>${textIn(policy, why, language)}</p><p class="small">${words.receives(quoted)}</p>${
    transfer !== undefined && html`<p class="small">${words.transferred} ${transfer}</p>`
  }</div></li>`
}
