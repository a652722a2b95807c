import { textsIn } from '../locales/locales.ts'
import { type Fragment, type Html, html } from '../shared/html.ts'
import { page, type Reader } from '../shared/page.ts'
import { offerOf, textIn } from '../shared/public-policy.ts'
import { languagesHere } from './languages-here.ts'
import { stopForm } from './stop-form.ts'

/** What a newsletter link may show of a person, and no more (RIGHT-05). */
export type LinkView = {
  /** Masked: `k•••@example.org`. */
  readonly address: string
  readonly topics: readonly { readonly id: string; readonly on: boolean }[]
  readonly marketing: 'on' | 'stopped'
}

export type UnsubscribePage = Reader & {
  /** Of the link `/u/{token}`; every button posts to the same address. */
  readonly token: string
  /** The topic id in the token. */
  readonly topic: string
  /** Left out for an erased person or a revoked key: then the page shows nothing of anyone. */
  readonly known?: LinkView | undefined
}

/**
 * The page behind the link in a mail. Its forms post `scope` (`topic` or `all`) and `language`;
 * reading it changes nothing (UNSUB-07).
 */
export function unsubscribePage(props: UnsubscribePage): string {
  const { policy, language, known, token } = props
  const { unsubscribe, unsubscribed, object } = textsIn(language)
  const isStopped = known?.marketing === 'stopped'
  const title = isStopped ? unsubscribed.titleAll : unsubscribe.title
  const main = html`<h1>${title}</h1>
<p class="lead">${lead(props)}</p>
${!isStopped && stopRows(props)}
${!isStopped && known && otherTopics(props, known)}
<section class="box"><h2>${object.title}</h2><p>${object.text}</p>
<p><a href="${known ? `/preferences/#t=${token}` : '/preferences/'}">${object.link}</a></p></section>`
  return page({ policy, language, title, main, languages: languagesHere(policy) })
}

function lead({ language, known }: UnsubscribePage): Fragment {
  const { unsubscribe } = textsIn(language)
  if (known === undefined) return unsubscribe.lead
  const address = html`<strong>${known.address}</strong>`
  return known.marketing === 'stopped'
    ? unsubscribe.allStopped(address)
    : unsubscribe.leadFor(address)
}

/** This topic, and all of it: the same button twice, so that neither weighs more (UX-06). */
function stopRows(props: UnsubscribePage): Html {
  const { policy, language, token, topic, known } = props
  const { unsubscribe } = textsIn(language)
  const offer = offerOf(policy, topic)
  const name = offer && textIn(policy, offer.name, language)
  const isOff = known?.topics.some(({ id, on }) => id === topic && !on)
  const description = offer ? textIn(policy, offer.description, language) : unsubscribe.theseText
  return html`<div class="card">
<section class="row wrap"><div><h2>${name ?? unsubscribe.these}</h2>
<p>${isOff ? unsubscribe.alreadyOff : description}</p></div>
${
  !isOff &&
  stopForm({
    token,
    language,
    scope: 'topic',
    label: name === undefined ? unsubscribe.stopThese : unsubscribe.stop(name),
    isMain: true,
  })
}</section>
<section class="row wrap"><div><h2>${unsubscribe.all}</h2><p>${unsubscribe.allText}</p></div>
${stopForm({ token, language, scope: 'all', label: unsubscribe.stopAll, isMain: true })}</section>
</div>`
}

function otherTopics({ policy, language, topic, token }: UnsubscribePage, known: LinkView): Html {
  const texts = textsIn(language)
  const others = known.topics.filter(({ id }) => id !== topic)
  return html`<section><h2>${texts.unsubscribe.others}</h2>
<ul class="card">${others.map(({ id, on }) => {
    const offer = offerOf(policy, id)
    return html`<li class="row"><span>${offer ? textIn(policy, offer.name, language) : id}</span>
<span class="state${on && ' on'}">${on ? texts.page.on : texts.page.off}</span></li>`
  })}</ul>
<p class="actions"><a class="button" href="/preferences/#t=${token}">${texts.unsubscribe.toEach}</a></p></section>`
}
