import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { asksSection } from './asks-view.ts'
import { choiceRow } from './choice-row.ts'
import { dataSection } from './data-view.ts'
import { frozenSection } from './freeze-view.ts'
import { interestsSection } from './interests-view.ts'
import { noteLine } from './note-line.ts'
import { isPersonal, objectBox } from './object-view.ts'
import type { Choice } from './preferences.ts'
import { requestsSection } from './requests-view.ts'
import type { Choosing } from './state.ts'
import { waitingSection } from './waiting-view.ts'

/** All choices, in the order a person thinks: what comes, what is learnt, the right to say no. */
export function choicesView(reader: Reader, choosing: Choosing): Html {
  const { preferences } = choosing
  const texts = textsIn(reader.language)
  const isLimited = preferences.via === 'unsubscribe'
  const words = texts.preferences
  return html`<h1 tabindex="-1">${words.title}</h1>
<p class="lead">${words.lead(html`<strong>${preferences.address}</strong>`)}</p>
${isLimited && html`<p class="lead">${words.limited}</p>`}
${waitingSection(reader, choosing)}
${asksSection(reader, choosing)}
${
  preferences.restricted === true
    ? frozenSection(reader, choosing)
    : html`${topicsSection(reader, choosing)}
${purposesSection(reader, choosing)}
${interestsSection(reader, choosing)}`
}
${objectBox(reader, choosing)}
${isLimited ? linkSection(reader, choosing) : dataSection(reader, choosing)}
${requestsSection(reader, choosing)}`
}

const pauses = [30, 90]

function topicsSection(reader: Reader, choosing: Choosing): Html {
  const { preferences: words, unsubscribe } = textsIn(reader.language)
  const { choices, marketing, via } = choosing.preferences
  const note = noteLine(choosing, { place: 'topics', language: reader.language })
  const stopped = via === 'unsubscribe' ? words.stoppedLimited : words.stopped
  const topics = rows(choices, 'topic')
  const canRest = via === 'session' && topics.some(({ on }) => on)
  return html`<section aria-labelledby="topics"><h2 id="topics">${words.topics}</h2>
<p class="soft">${marketing === 'stopped' ? stopped : words.topicsHint}</p>
<ul class="card">${topics.map((choice) => choiceRow({ reader, choosing }, choice))}</ul>
${
  marketing === 'on' &&
  html`<div class="actions">${
    canRest &&
    pauses.map(
      (days) =>
        html`<button type="button" id="pause-${days}" data-act="pause" data-id="${days}">${words.pauseFor(days)}</button>`,
    )
  }<button type="button" id="stop-all" data-act="stop-all">${unsubscribe.stopAll}</button></div>`
}
${note}</section>`
}

function purposesSection(reader: Reader, choosing: Choosing): Html | undefined {
  const { preferences: words } = textsIn(reader.language)
  const { choices, via, privacySignal } = choosing.preferences
  const offered = rows(choices, 'purpose').filter(({ id }) => isPersonal(reader, id))
  if (offered.length === 0) return undefined
  return html`<section aria-labelledby="purposes"><h2 id="purposes">${words.purposes}</h2>
<p class="soft">${via === 'unsubscribe' ? words.purposesLimited : words.purposesHint}</p>
<ul class="card">${offered.map((choice) => choiceRow({ reader, choosing }, choice))}</ul>
${privacySignal && html`<p class="soft small below" id="signal">${words.signal}</p>`}</section>`
}

/** What is asked anew stands above, until it is answered. */
function rows(choices: readonly Choice[], kind: Choice['kind']): Choice[] {
  return choices.filter((choice) => choice.kind === kind)
}

function linkSection({ language }: Reader, choosing: Choosing): Html {
  const { preferences: words, unsubscribed } = textsIn(language)
  const address = html`<strong>${choosing.preferences.address}</strong>`
  return html`<section aria-labelledby="link"><h2 id="link">${words.link}</h2>
<p class="soft">${words.linkText(address)}</p>
<div class="actions"><button type="button" id="mail-link" data-act="link" data-id="link">${unsubscribed.linkButton}</button></div>
${noteLine(choosing, { place: 'link', language })}</section>`
}
