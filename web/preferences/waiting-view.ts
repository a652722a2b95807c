import { textsIn } from '../locales/locales.ts'
import { localDayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { noteLine } from './note-line.ts'
import type { Request } from './preferences.ts'
import { requestName } from './requests-view.ts'
import { type Choosing, waitingOf } from './state.ts'

/**
 * RIGHT-04: what came by letter or telephone. If it was somebody else, there is nothing to press. A
 * deletion and a freeze are looked through before they are confirmed, as any other (UX-04); what is to be
 * corrected is written by the reader.
 */
export function waitingSection({ language }: Reader, choosing: Choosing): Html | undefined {
  const waiting = waitingOf(choosing)
  const note = noteLine(choosing, { place: 'waiting', language })
  if (waiting.length === 0 && note === undefined) return undefined
  const texts = textsIn(language)
  const { preferences: words } = texts
  const asked = waiting.map((each) => {
    const name = requestName(texts, each)
    return html`<li class="row wrap" id="waiting-${each.id}"><div><h3>${name}</h3>
<p>${words.waitingSince(localDayInWords(texts, new Date(each.receivedAt)))}</p></div>
<div><button type="button" id="was-me-${each.id}" data-act="${actOf[each.kind]}" data-id="${each.id}"
 aria-label="${words.wasMe}: ${name}">${words.wasMe}</button></div></li>`
  })
  return html`<section aria-labelledby="waiting"><h2 id="waiting">${words.waiting}</h2>
<p class="soft">${words.waitingText}</p>
${asked.length > 0 && html`<ul class="card">${asked}</ul>`}${note}</section>`
}

const actOf: Readonly<Record<Request['kind'], string>> = {
  access: 'was-me',
  rectification: 'correct',
  erasure: 'review',
  restriction: 'freeze',
  objection: 'was-me',
}
