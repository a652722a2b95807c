import { textsIn } from '../locales/locales.ts'
import { localDayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { choiceRow } from './choice-row.ts'
import { noteLine } from './note-line.ts'
import type { Choice } from './preferences.ts'
import type { Choosing } from './state.ts'

/** All choices, in the order a person thinks: what comes, what is learnt, the right to say no. */
export function choicesView(reader: Reader, choosing: Choosing): Html {
  const { preferences } = choosing
  const texts = textsIn(reader.language)
  const isLimited = preferences.via === 'unsubscribe'
  const words = texts.preferences
  return html`<h1 tabindex="-1">${words.title}</h1>
<p class="lead">${words.lead(html`<strong>${preferences.address}</strong>`)}</p>
${isLimited && html`<p class="lead">${words.limited}</p>`}
${topicsSection(reader, choosing)}
${purposesSection(reader, choosing)}
${objectBox(reader, choosing)}
${isLimited ? linkSection(reader, choosing) : dataSection(reader)}`
}

function topicsSection(reader: Reader, choosing: Choosing): Html {
  const { preferences: words, unsubscribe } = textsIn(reader.language)
  const { choices, marketing, via } = choosing.preferences
  const note = noteLine(choosing, { place: 'topics', language: reader.language })
  const stopped = via === 'unsubscribe' ? words.stoppedLimited : words.stopped
  return html`<section aria-labelledby="topics"><h2 id="topics">${words.topics}</h2>
<p class="soft">${marketing === 'stopped' ? stopped : words.topicsHint}</p>
<ul class="card">${rows(choices, 'topic').map((choice) => choiceRow({ reader, choosing }, choice))}</ul>
${
  marketing === 'on' &&
  html`<div class="actions"><button type="button" id="stop-all" data-act="stop-all">${unsubscribe.stopAll}</button></div>`
}
${note}</section>`
}

function purposesSection(reader: Reader, choosing: Choosing): Html | undefined {
  const { preferences: words } = textsIn(reader.language)
  const { choices, via } = choosing.preferences
  const offered = rows(choices, 'purpose').filter(({ id }) => isPersonal(reader, id))
  if (offered.length === 0) return undefined
  return html`<section aria-labelledby="purposes"><h2 id="purposes">${words.purposes}</h2>
<p class="soft">${via === 'unsubscribe' ? words.purposesLimited : words.purposesHint}</p>
<ul class="card">${offered.map((choice) => choiceRow({ reader, choosing }, choice))}</ul></section>`
}

function rows(choices: readonly Choice[], kind: Choice['kind']): Choice[] {
  return choices.filter((choice) => choice.kind === kind)
}

/** What the company does not do, or counts without persons, is nobody's choice. */
function isPersonal({ policy }: Reader, id: string): boolean {
  const basis = policy.purposes[id]?.basis
  return basis !== undefined && basis !== 'off' && basis !== 'aggregate'
}

/** TRACK-12: explicit, and apart from everything else. */
function objectBox(reader: Reader, choosing: Choosing): Html {
  const texts = textsIn(reader.language)
  const { preferences: words, object } = texts
  const profiling = choosing.preferences.choices.find(({ id }) => id === 'profiling')
  const objectedAt = profiling?.state === 'objected' ? profiling.since : undefined
  const showsProfiling =
    profiling !== undefined && isPersonal(reader, 'profiling') && objectedAt === undefined
  return html`<section class="box" aria-labelledby="object"><h2 id="object">${object.title}</h2>
<p>${object.text}</p>
${objectedAt !== undefined && html`<p>${words.objected(localDayInWords(texts, new Date(objectedAt)))}</p>`}
<div class="actions">
${showsProfiling && html`<button type="button" class="main" id="object-profiling" data-act="object-profiling">${words.objectProfiling}</button>`}
<button type="button" class="main" id="object-all" data-act="object-all">${words.objectAll}</button></div>
${noteLine(choosing, { place: 'object', language: reader.language })}</section>`
}

function linkSection({ language }: Reader, choosing: Choosing): Html {
  const { preferences: words, unsubscribed } = textsIn(language)
  const address = html`<strong>${choosing.preferences.address}</strong>`
  return html`<section aria-labelledby="link"><h2 id="link">${words.link}</h2>
<p class="soft">${words.linkText(address)}</p>
<div class="actions"><button type="button" id="mail-link" data-act="link" data-id="link">${unsubscribed.linkButton}</button></div>
${noteLine(choosing, { place: 'link', language })}</section>`
}

function dataSection({ policy, language }: Reader): Html {
  const { preferences: words } = textsIn(language)
  const { email } = policy.controller
  return html`<section aria-labelledby="data"><h2 id="data">${words.data}</h2>
<p class="soft">${words.dataText(html`<a href="mailto:${email}">${email}</a>`)}</p>
<div class="card"><button type="button" class="row way" id="review" data-act="review"><span><b class="warn">${words.erase}</b>
<span>${words.eraseText}</span></span></button></div></section>`
}
