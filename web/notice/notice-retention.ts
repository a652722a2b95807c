import { durationInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Notice } from './notice.ts'

/** How long each kind of data lives: every period of the policy, in its order. */
export function retention({ policy, texts, words }: Notice): Html {
  const kept: Readonly<Record<string, string>> = words.kept
  return html`<section><h2>${words.keep}</h2><ul class="card">${Object.entries(
    policy.retention,
  ).map(([kind, days]) => {
    if (kept[kind] === undefined) throw new Error(`The notice has no words for retention.${kind}`)
    return html`<li class="row wrap"><span>${kept[kind]}</span><span class="state">${
      days === null ? words.always : durationInWords(texts, days)
    }</span></li>`
  })}</ul></section>`
}

/** RIGHT-12: what stays after an objection and after an erasure, why and for how long. */
export function remains({ policy, texts, words }: Notice): Html {
  const { erasure } = texts
  const { objection, evidence } = policy.retention
  const hashStays =
    objection === null
      ? erasure.staysHashAlways
      : erasure.staysHashFor(durationInWords(texts, objection))
  return html`<section><h2>${words.after}</h2><p>${words.afterObjection}</p><p>${words.afterErasure}</p>
<ul class="card"><li class="row"><div><h3>${erasure.staysHash}</h3>
<p>${erasure.staysHashText} ${hashStays}</p></div></li>
<li class="row"><div><h3>${erasure.staysLog}</h3>
<p>${erasure.staysLogText(durationInWords(texts, evidence))}</p></div></li></ul></section>`
}
