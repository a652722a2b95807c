import { textsIn } from '../locales/locales.ts'
import { noticeTextsIn } from '../locales/notice-texts.ts'
import { dayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import { type PageParts, pathIn } from '../shared/page.ts'
import { textIn } from '../shared/public-policy.ts'
import { staticPage } from '../shared/static-page.ts'
import type { Notice } from './notice.ts'
import type { NoticePolicy } from './notice-policy.ts'
import { receivers } from './notice-receivers.ts'
import { remains, retention } from './notice-retention.ts'
import { offers } from './notice-uses.ts'

type NoticePage = Pick<PageParts, 'language' | 'assets'> & { readonly policy: NoticePolicy }

/** Generated from the policy, so that it cannot say anything else than what is done (RIGHT-14). */
export function noticePage({ policy, language, ...rest }: NoticePage): string {
  const words = noticeTextsIn(language)
  const notice: Notice = { policy, language, texts: textsIn(language), words }
  const main = html`<h1>${words.title}</h1>
<p class="lead">${words.version(policy.notice.version, dayInWords(notice.texts, policy.notice.date))} ${words.lead}</p>
${whoWeAre(notice)}
${offers(notice, words.mail, policy.topics)}
${offers(notice, words.learn, policy.purposes)}
<section><h2>${words.data}</h2>${words.dataList.map((line) => html`<p>${line}</p>`)}</section>
${objection(notice)}
${receivers(notice)}
${retention(notice)}
${rights(notice)}
${remains(notice)}
<section><h2>${words.browser}</h2><p>${words.browserText}</p></section>
${changes(notice)}
<section id="accessibility"><h2>${words.accessibility}</h2><p>${words.accessibilityText(mailTo(notice))}</p></section>`
  const parts = { policy, language, ...rest, path: '/notice/', main, listed: true }
  return staticPage({ ...parts, title: words.title })
}

const mailTo = ({ policy: { controller } }: Notice): Html =>
  html`<a href="mailto:${controller.email}">${controller.email}</a>`

function whoWeAre(notice: Notice): Html {
  const { name, address, country, registration, phone } = notice.policy.controller
  return html`<section><h2>${notice.words.who}</h2>
<p>${name}, ${address}, ${country}. ${notice.words.registration} ${registration}.
${mailTo(notice)}${phone !== undefined && `, ${phone}`}</p>
<p>${notice.words.whoText}</p></section>`
}

/** TRACK-12: apart from everything else, here as in the letters and on the page. */
function objection({ texts: { object } }: Notice): Html {
  return html`<section class="box"><h2>${object.title}</h2><p>${object.text}</p></section>`
}

function rights(notice: Notice): Html {
  const { policy, language, texts, words } = notice
  const { authority } = policy
  const complaint = html`<a href="${authority.website}">${textIn(policy, authority.name, language)}</a>`
  return html`<section><h2>${words.rights}</h2><p class="soft">${words.rightsText}</p>
<ul class="card">${Object.values(words.right).map(
    ([name = '', text = '', article = '']) =>
      html`<li class="row"><div><h3>${name}</h3><p>${text}</p></div>
<span class="state">${words.articleOf(article)}</span></li>`,
  )}</ul>
<p class="below">${words.ask(mailTo(notice))} ${words.complaint(complaint)}</p>
<p class="actions"><a class="button" href="${pathIn(policy, language, '/preferences/')}">${texts.page.toPreferences}</a></p></section>`
}

/** Each version with what it changed, the latest first. */
function changes({ policy, language, texts, words }: Notice): Html {
  const { earlier = [], ...latest } = policy.notice
  return html`<section><h2>${words.changes}</h2><p class="soft">${words.changesText}</p>
<ul class="card">${[latest, ...earlier].map(
    ({ version, date, changes: said }) =>
      html`<li class="row"><div><h3>${words.version(version, dayInWords(texts, date))}</h3>
<p>${textIn(policy, said, language)}</p></div></li>`,
  )}</ul></section>`
}
