import { dayInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import { textIn } from '../shared/public-policy.ts'
import type { Notice } from './notice.ts'
import type { NoticePolicy } from './notice-policy.ts'

type Declared = NoticePolicy['topics']

/** Everything that is declared and not off: what it is, when it happens, and what the law calls that. */
export function offers(notice: Notice, title: string, declared: Declared): Html {
  const done = Object.values(declared).filter(({ basis }) => basis !== 'off')
  return html`<section><h2>${title}</h2><ul class="card">${done.map((offer) =>
    use(notice, offer),
  )}</ul></section>`
}

function use({ policy, language, texts, words }: Notice, offer: Declared[string]): Html {
  const { name, description, basis, similarProducts, balancingTest } = offer
  const plain: Readonly<Record<string, string>> = words.basis
  const article: Readonly<Record<string, string>> = words.article
  return html`<li class="row"><div><h3>${textIn(policy, name, language)}</h3>
<p>${textIn(policy, description, language)}</p>
<p class="small">${plain[basis]}${similarProducts !== undefined && ` ${words.similar(similarProducts)}`}</p>
<p class="small">${article[basis]}${
    balancingTest !== undefined &&
    ` ${words.weighed(balancingTest.reference, dayInWords(texts, balancingTest.date))}`
  }</p></div></li>`
}
