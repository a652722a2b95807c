import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { noteLine } from './note-line.ts'
import type { Choosing } from './state.ts'

/** What a restriction means, before it holds (RIGHT-10, UX-04). */
export function freezeView({ language }: Reader, failed: boolean): Html {
  const { rights, preferences } = textsIn(language)
  return html`<h1 tabindex="-1">${rights.freezeTitle}</h1>
<p class="lead">${rights.freezeLead}</p>
<section><ul class="card">${rights.freezeList.map((line) => html`<li class="row">${line}</li>`)}</ul>
<div class="actions"><button type="button" class="main" id="freeze-now" data-act="freeze-now">${rights.freezeButton}</button>
<button type="button" id="keep" data-act="keep">${rights.back}</button></div>
${failed && html`<p class="note failed"><span>${preferences.notSaved}</span></p>`}</section>`
}

/** Stands in the place of the switches: none of them does anything until the data are used again. */
export function frozenSection({ language }: Reader, choosing: Choosing): Html {
  const { rights } = textsIn(language)
  return html`<section aria-labelledby="frozen"><h2 id="frozen">${rights.frozen}</h2>
<p class="soft">${rights.frozenText}</p>
<div class="actions"><button type="button" id="unfreeze" data-act="unfreeze">${rights.unfreeze}</button></div>
${noteLine(choosing, { place: 'topics', language })}</section>`
}
