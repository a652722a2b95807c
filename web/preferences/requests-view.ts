import { textsIn } from '../locales/locales.ts'
import type { Texts } from '../locales/nb.ts'
import { localDayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import type { Request } from './preferences.ts'
import type { Choosing } from './state.ts'

/** RIGHT-01: what the reader has asked for, how it stands, and by when it is answered. */
export function requestsSection({ language }: Reader, { requests = [] }: Choosing) {
  const asked = requests.filter(({ status }) => status !== 'awaiting-identity')
  if (asked.length === 0) return undefined
  const texts = textsIn(language)
  const { rights } = texts
  return html`<section aria-labelledby="requests"><h2 id="requests">${rights.requests}</h2>
<ul class="card">${asked.map((request) => row(texts, request))}</ul></section>`
}

function row(texts: Texts, request: Request): Html {
  const { rights } = texts
  const { id, receivedAt, copyUntil } = request
  const name = requestName(texts, request)
  const day = (moment: string): string => localDayInWords(texts, new Date(moment))
  return html`<li class="row wrap" id="request-${id}"><div><h3>${name}</h3>
<p>${rights.asked(day(receivedAt))} ${standing(texts, request)}</p>
<p class="small">${rights.reference(id)}</p></div>
${
  copyUntil !== undefined &&
  html`<div><button type="button" id="open-copy-${id}" data-act="open-copy" data-id="${id}">${rights.openCopy}</button></div>`
}</li>`
}

/** What was asked for, in words. */
export function requestName({ preferences, rights }: Texts, { kind, detail }: Request): string {
  if (detail === 'profiling') return preferences.objectProfiling
  if (detail === 'calls') return preferences.objectCalls
  if (detail === 'lift') return rights.kinds.lift
  if (detail === 'address') return rights.kinds.address
  return rights.kinds[kind]
}

function standing(texts: Texts, request: Request): string {
  const { rights } = texts
  const { kind, detail, status, dueAt, extendedAt, closedAt, outcome } = request
  const day = (moment: string): string => localDayInWords(texts, new Date(moment))
  if (closedAt !== undefined) {
    if (status === 'refused') return rights.refused(day(closedAt))
    return outcome === 'lapsed' ? rights.lapsed : rights.done(day(closedAt))
  }
  if (kind === 'rectification' && detail === 'address') return rights.toConfirm
  return extendedAt === undefined ? rights.due(day(dueAt)) : rights.extended(day(dueAt))
}
