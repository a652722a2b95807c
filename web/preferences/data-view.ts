import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { noteLine } from './note-line.ts'
import type { Choosing } from './state.ts'

type Way = { readonly id: string; readonly name: string; readonly text: string; warns?: boolean }

/** The rights to one's data: each is one press, or a page of its own that says what it means. */
export function dataSection({ language }: Reader, choosing: Choosing): Html {
  const { preferences: words, rights } = textsIn(language)
  const isFrozen = choosing.preferences.restricted === true
  const ways: Way[] = [
    { id: 'copy', name: rights.copy, text: rights.copyText },
    { id: 'correct', name: rights.correct, text: rights.correctText },
    ...(isFrozen ? [] : [{ id: 'freeze', name: rights.freeze, text: rights.freezeText }]),
    { id: 'receipts', name: rights.receipts, text: rights.receiptsText },
    { id: 'review', name: words.erase, text: words.eraseText, warns: true },
  ]
  return html`<section aria-labelledby="data"><h2 id="data">${words.data}</h2>
<p class="soft">${words.dataText}</p>
<ul class="card">${ways.map(way)}</ul>
${noteLine(choosing, { place: 'data', language })}</section>`
}

function way({ id, name, text, warns }: Way): Html {
  return html`<li class="way"><button type="button" class="row way" id="${id}" data-act="${id}"><span><b${warns && html` class="warn"`}>${name}</b>
<span>${text}</span></span></button></li>`
}
