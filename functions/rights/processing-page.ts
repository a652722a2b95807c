import { noticeTextsIn } from '../../web/locales/notice-texts.ts'
import type { RecordTexts } from '../../web/locales/record-nb.ts'
import { recordTextsIn } from '../../web/locales/record-texts.ts'
import { type Html, html } from '../../web/shared/html.ts'
import type { Draft } from './processing-drafts.ts'
import type { Activity, ProcessingRecord } from './processing-record.ts'

/** The record as a document to file, print and sign; it needs no style and no script to be read. */
export function processingPage(record: ProcessingRecord): string {
  const words = recordTextsIn(record.language)
  const { controller, authority, notice, retention, security } = record
  return html`<!doctype html>
<html lang="${record.language}"><head><meta charset="utf-8"><title>${words.title}: ${controller.name}</title></head>
<body><main><h1>${words.title}</h1>
<p>${words.lead} <time>${record.madeAt}</time></p>
<h2>${words.controller}</h2>
<p>${controller.name}, ${controller.registration}, ${controller.address}, ${controller.country}, ${controller.email}</p>
<h2>${words.authority}</h2><p>${authority.name}, ${authority.website}</p>
<p>${words.notice(notice.version, notice.date)}</p>
<h2>${words.activities}</h2>
<table><thead><tr>${Object.values(words.columns).map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${record.activities.map((activity) => row(record, activity))}</tbody></table>
${record.notDone.length > 0 && html`<h2>${words.notDone}</h2>${list(record.notDone)}`}
<h2>${words.recipients}</h2>${list(record.recipients.map(recipient))}
<p>${noticeTextsIn(record.language).stored[record.storage]}</p>
${record.recipients.every(({ transfer }) => transfer === undefined) && html`<p>${words.noTransfer}</p>`}
<h2>${words.retention}</h2>${list(retention.map(({ what, days }) => `${what}: ${period(words, days)}`))}
<h2>${words.security}</h2>${list(security)}
<h2>${words.dpia}</h2>${drafts(record, 'dpia')}
<h2>${words.balancing}</h2>${drafts(record, 'balancing-test')}
</main></body></html>`.toString()
}

const list = (items: readonly string[]): Html =>
  html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`

const period = (words: RecordTexts, days: number | null): string =>
  days === null ? words.always : words.days(days)

function row(record: ProcessingRecord, activity: Activity): Html {
  const words = recordTextsIn(record.language)
  const named = record.recipients.filter(({ id }) => activity.recipients.includes(id))
  const kept = record.retention
    .filter(({ kind }) => activity.retention.includes(kind))
    .map(({ what, days }) => `${what}: ${period(words, days)}`)
  return html`<tr><th scope="row">${activity.purpose}</th><td>${activity.ground}</td><td>${activity.people}</td>
<td>${list(activity.data)}</td><td>${list(named.map(({ name }) => name))}</td><td>${list(kept)}</td></tr>`
}

type Recipient = ProcessingRecord['recipients'][number]
const recipient = ({ name, country, why, transfer }: Recipient): string =>
  [`${name}, ${country}. ${why}`, ...(transfer === undefined ? [] : [transfer])].join(' ')

function drafts({ language, drafts: all }: ProcessingRecord, kind: Draft['kind']): Html {
  const words = recordTextsIn(language)
  const own = all.filter((draft) => draft.kind === kind)
  return html`<p>${words.draft}</p>${own.map((draft) => draftView(words, draft))}`
}

function draftView(words: RecordTexts, draft: Draft): Html {
  if (draft.kind === 'dpia') {
    return html`<section><h3>${draft.purpose}</h3><p>${draft.because}</p>${list(draft.risks)}${list(draft.reduces)}</section>`
  }
  const { recorded } = draft
  const weighed =
    recorded && html`<p>${words.recorded(recorded.reference, recorded.date, recorded.owner)}</p>`
  return html`<section><h3>${draft.purpose}</h3>${weighed}${list(draft.questions)}</section>`
}
