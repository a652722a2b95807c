import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { offerOf, textIn } from '../shared/public-policy.ts'
import { sinceWords } from './since-words.ts'
import type { Choosing } from './state.ts'

/** REC-02: a signed record of each thing the reader has said yes or no to, to keep. */
export function receiptsView(
  { policy, language }: Reader,
  { choosing, failed }: { readonly choosing: Choosing; readonly failed: boolean },
): Html {
  const texts = textsIn(language)
  const { rights } = texts
  const rows = choosing.preferences.choices.flatMap((choice) => {
    const offer = offerOf(policy, choice.id)
    if (offer === undefined || choice.receipt === undefined) return []
    const name = textIn(policy, offer.name, language)
    return html`<li class="row wrap" id="receipt-${choice.id}"><div><h2>${name}</h2>
<p>${sinceWords(texts, choice, offer.basis)}</p></div>
<div><button type="button" id="save-${choice.id}" data-act="receipt" data-id="${choice.receipt}"
 aria-label="${rights.save}: ${name}">${rights.save}</button></div></li>`
  })
  return html`<h1 tabindex="-1">${rights.receipts}</h1>
<p class="lead">${rights.receiptsLead}</p>
<section>${rows.length > 0 ? html`<ul class="card">${rows}</ul>` : html`<p>${rights.noReceipts}</p>`}
${failed && html`<p class="note failed"><span>${rights.receiptFailed}</span></p>`}
<div class="actions"><button type="button" id="keep" data-act="keep">${rights.back}</button></div></section>`
}
