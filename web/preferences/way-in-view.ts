import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import type { View } from './state.ts'

type Ask = Extract<View, { kind: 'ask' }>

/** No token, or one that no longer holds: the mailbox is the way in. */
export function askView({ language }: Reader, { because, error }: Ask): Html {
  const texts = textsIn(language)
  const { preferences: words, signUp, unsubscribed } = texts
  const why = { expired: words.askExpired, ended: words.askEnded }
  const hint = error === 'email' ? signUp.fields.email : undefined
  return html`<h1 tabindex="-1">${words.ask}</h1>
${because !== undefined && html`<p class="lead"><strong>${why[because]}</strong></p>`}
<p class="lead">${words.askText}</p>
<form id="ask" method="post" action="/api/links" novalidate><section>
<div class="field"><label for="email">${signUp.email}</label>
<input id="email" name="email" type="email" autocomplete="email" required maxlength="254" aria-describedby="email-error email-hint"${hint !== undefined && html` aria-invalid="true"`}>
<p class="error" id="email-error">${hint}</p><p id="email-hint">${words.askHint}</p></div>
<div class="actions"><button class="main">${unsubscribed.linkButton}</button></div>
${error === 'failed' && html`<p class="note failed"><span>${signUp.failed}</span></p>`}
</section></form>`
}

/** The same words for every address (SEC-08). */
export function sentView({ language }: Reader): Html {
  const { linkSent, checkInbox, preferences: words } = textsIn(language)
  return html`<h1 tabindex="-1">${linkSent.title}</h1>
<p class="lead">${linkSent.lead}</p>
<section><h2>${checkInbox.missing}</h2><p class="soft">${linkSent.missingText}</p>
<div class="actions"><button type="button" data-act="ask">${words.another}</button></div></section>`
}

/** A mailed link waits here: scanners open links too, so only a press opens the choices. */
export function doorView({ language }: Reader, { failed }: { readonly failed: boolean }): Html {
  const { preferences: words } = textsIn(language)
  return html`<h1 tabindex="-1">${words.door}</h1>
<p class="lead">${words.doorText}</p>
<div class="actions"><button type="button" class="main" data-act="open">${words.doorButton}</button></div>
${failed && html`<p class="note failed"><span>${words.failed}</span></p>`}`
}

export function openingView({ language }: Reader): Html {
  const { preferences: words } = textsIn(language)
  return html`<h1 tabindex="-1">${words.title}</h1><p class="lead">${words.opening}</p>`
}

export function unreachableView({ language }: Reader): Html {
  const { preferences: words, tryAgain } = textsIn(language)
  return html`<h1 tabindex="-1">${tryAgain.title}</h1>
<p class="lead">${words.failed}</p>
<div class="actions"><button type="button" class="main" data-act="retry">${words.retry}</button></div>`
}
