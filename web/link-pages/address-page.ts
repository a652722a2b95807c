import { textsIn } from '../locales/locales.ts'
import { html } from '../shared/html.ts'
import { page, type Reader } from '../shared/page.ts'
import { languagesHere } from './languages-here.ts'
import { mailAddress } from './mail-address.ts'

export type AddressPage = Reader & {
  /** Of the link `/s/{token}/address`; the button posts to the same address. */
  readonly token: string
  readonly address: string
}

/** One question and one button; opening the link changes nothing (CONS-03). */
export function addressPage({ policy, language, token, address }: AddressPage): string {
  const texts = textsIn(language)
  const main = html`<h1>${texts.address.title}</h1>
<p class="lead">${texts.address.lead(html`<strong>${address}</strong>`)}</p>
<form method="post" action="/s/${token}/address">
<input type="hidden" name="language" value="${language}">
<section>
<p>${texts.address.effect}</p>
<div class="actions"><button class="main">${texts.address.button}</button></div>
</section>
</form>`
  const title = texts.address.title
  return page({ policy, language, title, main, languages: languagesHere(policy) })
}

/** Also the answer to a second press; it shows nothing of the person. */
export function addressChangedPage({ policy, language }: Reader): string {
  const { address, page: shared } = textsIn(language)
  const main = html`<h1>${address.done}</h1>
<p class="lead">${address.doneLead}</p>
<section><p>${address.doneNext}</p>
<p class="actions"><a class="button" href="/preferences/">${shared.toPreferences}</a></p></section>`
  return page({ policy, language, title: address.done, main })
}

/** The same for a link that is over and for an address that somebody has already (SEC-08). */
export function addressNotChangedPage({ policy, language }: Reader): string {
  const texts = textsIn(language)
  const main = html`<h1>${texts.address.none}</h1>
<p class="lead">${texts.address.noneLead}</p>
<section><p>${texts.address.noneNext}</p><p>${mailAddress(policy, texts)}</p></section>`
  return page({ policy, language, title: texts.address.none, main })
}
