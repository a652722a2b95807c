import { textsIn } from '../locales/locales.ts'
import { localDayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { noteLine } from './note-line.ts'
import type { Choosing } from './state.ts'

/** What the company does not do, or counts without persons, is nobody's choice. */
export function isPersonal({ policy }: Reader, id: string): boolean {
  const basis = policy.purposes[id]?.basis
  return basis !== undefined && basis !== 'off' && basis !== 'aggregate'
}

/** TRACK-12: explicit, and apart from everything else; what has been objected to is not asked again. */
export function objectBox(reader: Reader, choosing: Choosing): Html {
  const texts = textsIn(reader.language)
  const { preferences: words, object } = texts
  const { choices } = choosing.preferences
  const dayOf = (since: string): string => localDayInWords(texts, new Date(since))
  const everything = choices.every(({ state }) => state === 'objected')
  const apart = [
    { id: 'profiling', ask: words.objectProfiling, done: words.objected },
    { id: 'calls', ask: words.objectCalls, done: words.objectedCalls },
  ].flatMap(({ id, ...says }) => {
    const choice = choices.find((each) => each.id === id)
    return choice !== undefined && isPersonal(reader, id) ? [{ ...choice, ...says }] : []
  })
  const [first] = choices
  const done = everything
    ? [first?.since !== undefined && words.objectedAll(dayOf(first.since))]
    : apart.map(({ state, since, done: said }) => {
        return state === 'objected' && since !== undefined && said(dayOf(since))
      })
  const button = (id: string, says: string): Html =>
    html`<button type="button" class="main" id="object-${id}" data-act="object" data-id="${id}">${says}</button>`
  return html`<section class="box" aria-labelledby="object"><h2 id="object">${object.title}</h2>
<p>${object.text}</p>
${done.map((line) => line !== false && html`<p><strong>${line}</strong></p>`)}
${
  !everything &&
  html`<div class="actions">${apart.map(
    ({ id, ask, state }) => state !== 'objected' && button(id, ask),
  )}${button('direct-marketing', words.objectAll)}</div>`
}
${noteLine(choosing, { place: 'object', language: reader.language })}</section>`
}
