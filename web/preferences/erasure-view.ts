import { textsIn } from '../locales/locales.ts'
import { durationInWords, localDayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import type { Request } from './preferences.ts'

/** What goes, what stays and why, before it is final (UX-04, RIGHT-12). */
export function reviewView({ policy, language }: Reader, failed: boolean): Html {
  const texts = textsIn(language)
  const { erasure } = texts
  const { objection, evidence } = policy.retention
  const hashStays =
    objection === null
      ? erasure.staysHashAlways
      : erasure.staysHashFor(durationInWords(texts, objection))
  return html`<h1 tabindex="-1">${erasure.title}</h1>
<p class="lead">${erasure.lead}</p>
<section><h2>${erasure.goes}</h2>
<ul class="card">${erasure.goesList.map((line) => html`<li class="row">${line}</li>`)}</ul></section>
<section><h2>${erasure.stays}</h2>
<ul class="card"><li class="row"><div><h3>${erasure.staysHash}</h3>
<p>${erasure.staysHashText} ${hashStays}</p></div></li>
<li class="row"><div><h3>${erasure.staysLog}</h3>
<p>${erasure.staysLogText(durationInWords(texts, evidence))}</p></div></li></ul></section>
<section><h2>${erasure.when}</h2><p>${erasure.whenText}</p><p>${erasure.final}</p>
<div class="actions"><button type="button" class="danger" id="erase" data-act="erase">${erasure.button}</button>
<button type="button" id="keep" data-act="keep">${erasure.keep}</button></div>
${failed && html`<p class="note failed"><span>${texts.preferences.notSaved}</span></p>`}</section>`
}

/** RIGHT-01: a receipt with a reference and the day it is due. */
export function erasingView({ language }: Reader, request: Request | undefined): Html {
  const texts = textsIn(language)
  const { erasure } = texts
  const day = (moment: string): string => localDayInWords(texts, new Date(moment))
  return html`<h1 tabindex="-1">${erasure.done}</h1>
<p class="lead">${erasure.doneText}</p>
${
  request !== undefined &&
  html`<section><div class="card"><div class="row"><dl>
<dt>${erasure.reference}</dt><dd>${request.id}</dd>
<dt>${erasure.received}</dt><dd>${day(request.receivedAt)}</dd>
<dt>${erasure.due}</dt><dd>${day(request.dueAt)}</dd></dl></div></div></section>`
}`
}
