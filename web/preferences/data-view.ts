import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { noteLine } from './note-line.ts'
import type { Choosing } from './state.ts'

type Way = { readonly id: string; readonly name: string; readonly text: string; warns?: boolean }

/** The rights to one's data; only what the page itself can do is a button. */
export function dataSection({ policy, language }: Reader, choosing: Choosing): Html {
  const { preferences: words } = textsIn(language)
  const { email } = policy.controller
  const ways: Way[] = [{ id: 'review', name: words.erase, text: words.eraseText, warns: true }]
  return html`<section aria-labelledby="data"><h2 id="data">${words.data}</h2>
<p class="soft">${words.dataText(html`<a href="mailto:${email}">${email}</a>`)}</p>
<div class="card">${ways.map(way)}</div>
${noteLine(choosing, { place: 'data', language })}</section>`
}

function way({ id, name, text, warns }: Way): Html {
  return html`<button type="button" class="row way" id="${id}" data-act="${id}"><span><b${warns && html` class="warn"`}>${name}</b>
<span>${text}</span></span></button>`
}
