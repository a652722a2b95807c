import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import { page, type Reader } from '../shared/page.ts'
import { offerOf, textIn } from '../shared/public-policy.ts'
import { stopForm } from './stop-form.ts'

export type UnsubscribedPage = Reader & {
  /** Of the link `/u/{token}`. */
  readonly token: string
  readonly topic: string
  /** What the press stopped. */
  readonly scope: 'topic' | 'all'
  /** Masked; left out for an erased person or a revoked key, like `undo`. */
  readonly address?: string | undefined
  /** The undo token of this very act; left out when it changed nothing. */
  readonly undo?: string | undefined
}

/**
 * The answer to a press: what is true now and from when. Undo posts `undo` and `language` to
 * `/u/{token}/undo`; the link form posts `token` and `language` to `/api/links`.
 */
export function unsubscribedPage(props: UnsubscribedPage): string {
  const { policy, language, token, topic, scope, address, undo } = props
  const { unsubscribed, unsubscribe } = textsIn(language)
  const offer = offerOf(policy, topic)
  const titleTopic = offer
    ? unsubscribed.title(textIn(policy, offer.name, language))
    : unsubscribed.titleThese
  const title = scope === 'all' ? unsubscribed.titleAll : titleTopic
  const main = html`<h1>${title}</h1>
<p class="lead">${
    address === undefined
      ? unsubscribed.lead
      : unsubscribed.leadFor(html`<strong>${address}</strong>`)
  } ${unsubscribed.still}</p>
<div class="card">
${undo !== undefined && undoRow({ language, token, undo })}
${
  scope === 'topic' &&
  html`<section class="row wrap"><div><h2>${unsubscribe.all}</h2><p>${unsubscribe.allText}</p></div>
${stopForm({ token, language, scope: 'all', label: unsubscribe.stopAll })}</section>`
}
${address === undefined ? preferencesRow(language) : linkRow({ language, token })}
</div>`
  return page({ policy, language, title, main })
}

type UndoRow = { readonly language: string; readonly token: string; readonly undo: string }

function undoRow({ language, token, undo }: UndoRow): Html {
  const { unsubscribed } = textsIn(language)
  return html`<section class="row wrap"><div><h2>${unsubscribed.undo}</h2>
<p>${unsubscribed.undoText}</p></div>
<form method="post" action="/u/${token}/undo">
<input type="hidden" name="undo" value="${undo}"><input type="hidden" name="language" value="${language}">
<button>${unsubscribed.undoButton}</button></form></section>`
}

/** The link goes to the address we hold, so pressing here shows nothing to a stranger (RIGHT-05). */
function linkRow({ language, token }: { language: string; token: string }): Html {
  const { unsubscribed } = textsIn(language)
  return html`<section class="row wrap"><div><h2>${unsubscribed.link}</h2>
<p>${unsubscribed.linkText}</p></div>
<form method="post" action="/api/links">
<input type="hidden" name="token" value="${token}"><input type="hidden" name="language" value="${language}">
<button>${unsubscribed.linkButton}</button></form></section>`
}

function preferencesRow(language: string): Html {
  const { unsubscribed, page: shared } = textsIn(language)
  return html`<section class="row wrap"><div><h2>${unsubscribed.link}</h2>
<p>${unsubscribed.linkText}</p></div><a class="button" href="/preferences/">${shared.toPreferences}</a></section>`
}

export type UndonePage = Reader & { readonly token: string; readonly topic: string }

/** Undo worked: all is as before, and stopping is still one press away. */
export function undonePage({ policy, language, token, topic }: UndonePage): string {
  const { unsubscribed, unsubscribe } = textsIn(language)
  const offer = offerOf(policy, topic)
  const name = offer && textIn(policy, offer.name, language)
  const label = name === undefined ? unsubscribe.stopThese : unsubscribe.stop(name)
  const main = html`<h1>${unsubscribed.undone}</h1>
<p class="lead">${unsubscribed.undoneLead}</p>
<div class="card"><section class="row wrap"><div><h2>${unsubscribed.stopAgain}</h2></div>
${stopForm({ token, language, scope: 'topic', label })}</section></div>`
  return page({ policy, language, title: unsubscribed.undone, main })
}

/** The undo token has expired, or a later act holds (design: tokens); nothing changed. */
export function undoTooLatePage({ policy, language, token }: Omit<UndonePage, 'topic'>): string {
  const { unsubscribed } = textsIn(language)
  const main = html`<h1>${unsubscribed.tooLate}</h1>
<p class="lead">${unsubscribed.tooLateLead}</p>
<div class="card">${linkRow({ language, token })}</div>`
  return page({ policy, language, title: unsubscribed.tooLate, main })
}
