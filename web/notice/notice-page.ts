import { textsIn } from '../locales/locales.ts'
import type { Texts } from '../locales/nb.ts'
import { dayInWords, durationInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import { type PageParts, pathIn } from '../shared/page.ts'
import { type Offer, type PublicPolicy, type Text, textIn } from '../shared/public-policy.ts'
import { staticPage } from '../shared/static-page.ts'

/** What the notice says beyond the public part of the policy. */
export type NoticePolicy = PublicPolicy & {
  readonly notice: { readonly changes: Text }
  readonly controller: { readonly phone?: string | undefined }
  readonly storage: 'eea' | 'adequate'
  readonly recipients: Readonly<Record<string, Receiver>>
}

type Receiver = {
  readonly name: string
  readonly country: string
  readonly why: Text
  /** On what ground data may leave the EEA for it. */
  readonly transfer?: string | undefined
}

type NoticePage = Pick<PageParts, 'language' | 'assets'> & { readonly policy: NoticePolicy }

/** Generated from the policy, so that it cannot say anything else than what is done (RIGHT-14). */
export function noticePage({ policy, language, ...rest }: NoticePage): string {
  const texts = textsIn(language)
  const words = texts.notice
  const { notice } = policy
  const main = html`<h1>${words.title}</h1>
<p class="lead">${words.version(notice.version, dayInWords(texts, notice.date))}</p>
${whoWeAre(policy, texts)}
${offers({ policy, language, title: words.mail, of: policy.topics })}
${offers({ policy, language, title: words.learn, of: policy.purposes })}
${receivers(policy, language)}
${retention(policy, texts)}
${rights(policy, language)}
<section><h2>${words.changes}</h2><p>${textIn(policy, notice.changes, language)}</p></section>`
  const parts = { policy, language, ...rest, path: '/notice/', main, listed: true }
  return staticPage({ ...parts, title: words.title })
}

function whoWeAre({ controller }: NoticePolicy, { notice: words }: Texts): Html {
  return html`<section><h2>${words.who}</h2>
<p>${controller.name}, ${controller.address}, ${controller.country}.
${words.registration} ${controller.registration}.
<a href="mailto:${controller.email}">${controller.email}</a>${
    controller.phone !== undefined && `, ${controller.phone}`
  }</p></section>`
}

type Offers = {
  readonly policy: NoticePolicy
  readonly language: string
  readonly title: string
  readonly of: Readonly<Record<string, Offer>>
}

function offers({ policy, language, title, of }: Offers): Html {
  const basis: Readonly<Record<string, string>> = textsIn(language).notice.basis
  return html`<section><h2>${title}</h2><ul class="card">${Object.values(of).map(
    (offer) => html`<li class="row"><div><h3>${textIn(policy, offer.name, language)}</h3>
<p>${textIn(policy, offer.description, language)}</p><p class="small">${basis[offer.basis]}</p></div></li>`,
  )}</ul></section>`
}

function receivers(policy: NoticePolicy, language: string): Html | undefined {
  const all = Object.values(policy.recipients)
  if (all.length === 0) return undefined
  return html`<section><h2>${textsIn(language).notice.receivers}</h2><ul class="card">${all.map(
    ({ name, country, why, transfer }) => html`<li class="row"><div><h3>${name}, ${country}</h3>
<p>${textIn(policy, why, language)}</p>${
      transfer !== undefined && html`<p class="small">${transfer}</p>`
    }</div></li>`,
  )}</ul></section>`
}

function retention({ retention: days, storage }: NoticePolicy, texts: Texts): Html {
  const words = texts.notice
  const rows: [string, number | null][] = [
    [words.keepSignUp, days.signUp],
    [words.keepEvidence, days.evidence],
    [words.keepObjection, days.objection],
  ]
  return html`<section><h2>${words.keep}</h2><ul class="card">${rows.map(
    ([what, length]) =>
      html`<li class="row wrap"><span>${what}</span><span class="state">${
        length === null ? words.always : durationInWords(texts, length)
      }</span></li>`,
  )}</ul><p>${words.stored[storage]}</p></section>`
}

function rights(policy: NoticePolicy, language: string): Html {
  const { notice: words, object, page } = textsIn(language)
  const { controller, authority } = policy
  const email = html`<a href="mailto:${controller.email}">${controller.email}</a>`
  const complaint = html`<a href="${authority.website}">${textIn(policy, authority.name, language)}</a>`
  return html`<section><h2>${words.rights}</h2><p>${words.rightsText}</p>
<p>${words.ask(email)} ${words.complaint(complaint)}</p>
<p class="actions"><a class="button" href="${pathIn(policy, language, '/preferences/')}">${page.toPreferences}</a></p></section>
<section class="box"><h2>${object.title}</h2><p>${object.text}</p></section>`
}
