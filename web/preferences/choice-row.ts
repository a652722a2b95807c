import { textsIn } from '../locales/locales.ts'
import type { Texts } from '../locales/nb.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { offerOf, textIn } from '../shared/public-policy.ts'
import { noteLine } from './note-line.ts'
import type { Choice } from './preferences.ts'
import { sinceWords } from './since-words.ts'
import type { Choosing } from './state.ts'

export type ChoiceRow = { readonly reader: Reader; readonly choosing: Choosing }

/** One choice: its name, what it means, since when and why, and the one thing that can be done. */
export function choiceRow({ reader, choosing }: ChoiceRow, choice: Choice): Html | undefined {
  const { policy, language } = reader
  const offer = offerOf(policy, choice.id)
  if (offer === undefined) return undefined
  const texts = textsIn(language)
  const name = textIn(policy, offer.name, language)
  const isLimited = choosing.preferences.via === 'unsubscribe'
  const act = isLimited ? limitedAct(choice, choosing, offer.basis) : fullAct(choice, offer.basis)
  const note = noteLine(choosing, { place: choice.id, language })
  const isSwitch = act === 'switch'
  const control = acts[act]({ choice, choosing, texts, name })
  // The switch comes first in the reading order, so that Undo is the next stop after it.
  return html`<li class="row${!isSwitch && ' wrap'}" id="row-${choice.id}">${isSwitch && control}
<div class="what"><h3>${isSwitch ? html`<label for="${choice.id}">${name}</label>` : name}</h3>
<p id="${choice.id}-what">${textIn(policy, offer.description, language)}</p>
<div class="since" id="${choice.id}-since">${
    note ?? sinceLine(choice, { texts, act, basis: offer.basis })
  }</div></div>
${!isSwitch && control}</li>`
}

type Act = 'switch' | 'turn-off' | 'mail-link' | 'resting' | 'off' | 'nothing'

/** With a newsletter link: down is one press, up needs the mailbox (RIGHT-05). */
function limitedAct({ kind, id, on }: Choice, { turnedOff }: Choosing, basis: string): Act {
  if (kind === 'topic') return on === true ? 'switch' : 'mail-link'
  if (basis === 'date_only') return 'nothing'
  return turnedOff.includes(id) ? 'off' : 'turn-off'
}

/** What does not rest on the person's yes can be turned off by them, but not asked for again. */
function fullAct({ on, state }: Choice, basis: string): Act {
  if (basis === 'date_only') return 'nothing'
  if (on !== true && state === 'paused') return 'resting'
  const canAsk = basis === 'consent' || basis === 'existing_customer'
  return on === true || canAsk ? 'switch' : 'off'
}

type Parts = { choice: Choice; choosing: Choosing; texts: Texts; name: string }

const acts: Readonly<Record<Act, (parts: Parts) => Html | undefined>> = {
  switch: ({ choice: { id, on }, choosing: { pending } }) =>
    html`<input type="checkbox" role="switch" class="switch" id="${id}" data-choice="${id}"
 aria-describedby="${id}-what ${id}-since" autocomplete="off"${(pending[id] ?? on) === true && html` checked`}>`,
  'turn-off': ({ choice: { id }, texts: { preferences }, name }) =>
    html`<button type="button" id="turn-off-${id}" data-act="turn-off" data-id="${id}"
 aria-label="${preferences.turnOffNamed(name)}">${preferences.turnOff}</button>`,
  'mail-link': ({ choice: { id }, texts: { unsubscribed }, name }) =>
    html`<button type="button" id="link-${id}" data-act="link" data-id="${id}"
 aria-label="${unsubscribed.linkButton}: ${name}">${unsubscribed.linkButton}</button>`,
  // Both ways out of a pause, the same: it is neither on nor off.
  resting: ({ choice: { id }, texts: { preferences }, name }) =>
    html`<div class="both"><button type="button" id="turn-on-${id}" data-act="turn-on" data-id="${id}"
 aria-label="${preferences.resumeNamed(name)}">${preferences.resume}</button>
<button type="button" id="turn-off-${id}" data-act="turn-off" data-id="${id}"
 aria-label="${preferences.turnOffNamed(name)}">${preferences.turnOff}</button></div>`,
  off: ({ texts }) => html`<span class="state">${texts.page.off}</span>`,
  nothing: () => undefined,
}

function sinceLine(choice: Choice, { texts, act, basis }: SinceLine): Html | undefined {
  const words =
    act === 'mail-link'
      ? offWords(texts)
      : act === 'nothing'
        ? texts.preferences.dateOnly
        : sinceWords(texts, choice, basis)
  return words === undefined ? undefined : html`<p class="small">${words}</p>`
}

type SinceLine = { readonly texts: Texts; readonly act: Act; readonly basis: string }

function offWords({ page, preferences }: Texts): string {
  return `${page.off}. ${preferences.toTurnOn}`
}
