import { textsIn } from '../locales/locales.ts'
import type { Texts } from '../locales/nb.ts'
import { type Html, html } from '../shared/html.ts'
import { page, pathIn, type Reader } from '../shared/page.ts'
import { offerOf, textIn } from '../shared/public-policy.ts'
import { languagesHere } from './languages-here.ts'

export type ConfirmPage = Reader & {
  /** Of the link `/s/{token}`; the button posts to the same address. */
  readonly token: string
  readonly address: string
  /** Ids that the form asked for. */
  readonly topics: readonly string[]
  readonly purposes: readonly string[]
  /** Purposes that start without a tick, and why: only the reader can tick them. */
  readonly unticked?: Readonly<Record<string, 'refused' | 'privacy-signal'>>
  readonly details?: {
    readonly name?: string | undefined
    readonly company?: string | undefined
    readonly title?: string | undefined
    readonly phone?: string | undefined
  }
}

/**
 * What one sign-up asked for, each part removable, and one button (CONS-03). The form posts
 * `topics` and `purposes` (repeatable: what is still ticked) and `language`.
 */
export function confirmPage(props: ConfirmPage): string {
  const { policy, language, token, address, topics, purposes } = props
  const texts = textsIn(language)
  const asked = topics.length + purposes.length > 0
  const main = html`<h1>${texts.confirm.title}</h1>
<p class="lead">${texts.confirm.lead(html`<strong>${address}</strong>`)}</p>
<p class="lead">${asked ? texts.confirm.wasItYou : texts.confirm.nothing}</p>
${
  asked &&
  html`<form method="post" action="/s/${token}">
<input type="hidden" name="language" value="${language}">
${group(props, { name: 'topics', legend: texts.confirm.topics, ids: topics })}
${group(props, { name: 'purposes', legend: texts.confirm.purposes, ids: purposes })}
${details(props, texts)}
<section>
<p>${texts.confirm.withdraw}</p>
<div class="actions"><button class="main">${texts.confirm.button}</button></div>
</section>
</form>`
}`
  const title = texts.confirm.title
  return page({ policy, language, title, main, languages: languagesHere(policy) })
}

type Group = { readonly name: string; readonly legend: string; readonly ids: readonly string[] }

function group(
  { policy, language, unticked = {} }: ConfirmPage,
  { name, legend, ids }: Group,
): Html | undefined {
  if (ids.length === 0) return undefined
  const texts = textsIn(language)
  return html`<fieldset>
<legend>${legend}</legend>
<p class="soft">${texts.confirm.untick}</p>
<div class="card">${ids.map((id) => {
    const offer = offerOf(policy, id)
    const why = unticked[id]
    return html`<label class="choice"><input type="checkbox" name="${name}" value="${id}"${why === undefined && html` checked`}>
<span><b>${offer ? textIn(policy, offer.name, language) : id}</b>
<span>${offer && textIn(policy, offer.description, language)}${why !== undefined && ` ${texts.confirm.unticked[why]}`}</span></span></label>`
  })}</div>
</fieldset>`
}

function details({ details: given = {} }: ConfirmPage, texts: Texts): Html | undefined {
  const rows = [
    [texts.signUp.name, given.name],
    [texts.signUp.company, given.company],
    [texts.signUp.jobTitle, given.title],
    [texts.signUp.phone, given.phone],
  ].filter(([, value]) => value !== undefined && value !== '')
  if (rows.length === 0) return undefined
  return html`<section>
<h2>${texts.confirm.details}</h2>
<div class="card"><div class="row"><dl>${rows.map(
    ([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`,
  )}</dl></div></div>
</section>`
}

export type ConfirmedPage = Reader & {
  /** Ids that are on now because of this press. */
  readonly topics: readonly string[]
  readonly purposes: readonly string[]
}

/** The answer to the press: what is true from now on, and how it is undone (CONS-05). */
export function confirmedPage({ policy, language, topics, purposes }: ConfirmedPage): string {
  const texts = textsIn(language)
  const names = [...topics, ...purposes].map((id) => {
    const offer = offerOf(policy, id)
    return offer ? textIn(policy, offer.name, language) : id
  })
  const main = html`<h1>${texts.confirmed.title}</h1>
<p class="lead">${names.length > 0 ? texts.confirmed.lead : texts.confirmed.none}</p>
${
  names.length > 0 &&
  html`<ul class="card">${names.map(
    (name) =>
      html`<li class="row"><b>${name}</b><span class="state on">${texts.page.on}</span></li>`,
  )}</ul>
<section><p>${texts.confirmed.change}</p></section>`
}`
  return page({ policy, language, title: texts.confirmed.title, main })
}

/** A link whose sign-up was confirmed before; it shows nothing of the person (SEC-08). */
export function alreadyConfirmedPage({ policy, language }: Reader): string {
  const texts = textsIn(language)
  const main = html`<h1>${texts.confirmed.already}</h1>
<p class="lead">${texts.confirmed.alreadyLead}</p>
<section><p>${texts.confirmed.change}</p></section>`
  return page({ policy, language, title: texts.confirmed.already, main })
}

/**
 * After the form was sent we were asked to stop. It says so, and neither by whom nor what else is known
 * of the address: the same words for an objection, a complaint and an erasure.
 */
export function confirmOvertakenPage({ policy, language }: Reader): string {
  const texts = textsIn(language)
  const main = html`<h1>${texts.confirmed.overtaken}</h1>
<p class="lead">${texts.confirmed.overtakenLead}</p>
<section><p>${texts.confirmed.expiredAgain}</p>
<p class="actions"><a class="button" href="${pathIn(policy, language, '/')}">${texts.page.toForm}</a></p></section>`
  return page({ policy, language, title: texts.confirmed.overtaken, main })
}

/** A link whose sign-up is gone (CONS-01), with the way to begin again. */
export function confirmExpiredPage({ policy, language }: Reader): string {
  const texts = textsIn(language)
  const main = html`<h1>${texts.confirmed.expired}</h1>
<p class="lead">${texts.confirmed.expiredLead(policy.retention.signUp)}</p>
<section><p>${texts.confirmed.expiredAgain}</p>
<p class="actions"><a class="button" href="${pathIn(policy, language, '/')}">${texts.page.toForm}</a></p></section>`
  return page({ policy, language, title: texts.confirmed.expired, main })
}
