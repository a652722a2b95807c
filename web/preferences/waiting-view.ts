import { textsIn } from '../locales/locales.ts'
import { localDayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { noteLine } from './note-line.ts'
import type { Waiting } from './preferences.ts'
import type { Choosing } from './state.ts'

/**
 * RIGHT-04: what came by letter or telephone. If it was somebody else, there is nothing to press. A
 * deletion is looked through before it is confirmed, as any other (UX-04).
 */
export function waitingSection({ language }: Reader, choosing: Choosing): Html | undefined {
  const { waiting = [] } = choosing
  const note = noteLine(choosing, { place: 'waiting', language })
  if (waiting.length === 0 && note === undefined) return undefined
  const texts = textsIn(language)
  const { preferences: words } = texts
  const name = ({ kind, detail }: Waiting): string => {
    if (detail === 'profiling') return words.objectProfiling
    if (detail === 'calls') return words.objectCalls
    return kind === 'rectification' ? '' : words.waitingKinds[kind]
  }
  const asked = waiting.map(
    (each) => html`<li class="row wrap" id="waiting-${each.id}"><div><h3>${name(each)}</h3>
<p>${words.waitingSince(localDayInWords(texts, new Date(each.receivedAt)))}</p></div>
<div><button type="button" id="was-me-${each.id}" data-act="${each.kind === 'erasure' ? 'review' : 'was-me'}" data-id="${each.id}"
 aria-label="${words.wasMe}: ${name(each)}">${words.wasMe}</button></div></li>`,
  )
  return html`<section aria-labelledby="waiting"><h2 id="waiting">${words.waiting}</h2>
<p class="soft">${words.waitingText}</p>
${asked.length > 0 && html`<ul class="card">${asked}</ul>`}${note}</section>`
}
