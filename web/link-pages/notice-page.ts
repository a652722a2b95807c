import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import { page, pathIn, type Reader } from '../shared/page.ts'
import { mailAddress } from './mail-address.ts'

type Message = { readonly title: string; readonly lead: string; readonly rest: Html }

function message({ policy, language }: Reader, { title, lead, rest }: Message): string {
  const main = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<section>${rest}</section>`
  return page({ policy, language, title, main })
}

/** The answer to the sign-up form: the same for every address and every choice (SEC-08). */
export function checkInboxPage(reader: Reader): string {
  const { checkInbox, page: shared } = textsIn(reader.language)
  const form = pathIn(reader.policy, reader.language, '/')
  return message(reader, {
    title: checkInbox.title,
    lead: checkInbox.lead,
    rest: html`<p>${checkInbox.until(reader.policy.retention.signUp)}</p>
<h2 class="apart">${checkInbox.missing}</h2><p class="soft">${checkInbox.missingText}</p>
<p class="actions"><a class="button" href="${form}">${shared.toForm}</a></p>`,
  })
}

/** The answer to "mail me my link": the same for every address (SEC-08). */
export function linkSentPage(reader: Reader): string {
  const { linkSent, checkInbox, page: shared } = textsIn(reader.language)
  return message(reader, {
    title: linkSent.title,
    lead: linkSent.lead,
    rest: html`<h2>${checkInbox.missing}</h2><p class="soft">${linkSent.missingText}</p>
<p class="actions"><a class="button" href="/preferences/">${shared.toPreferences}</a></p>`,
  })
}

/** A token that is malformed, altered or foreign: one answer, which reveals nothing (UNSUB-08). */
export function linkInvalidPage(reader: Reader): string {
  const texts = textsIn(reader.language)
  return message(reader, {
    title: texts.linkInvalid.title,
    lead: texts.linkInvalid.lead,
    rest: html`<p>${texts.linkInvalid.full}</p><p>${mailAddress(reader.policy, texts)}</p>
<p class="actions"><a class="button" href="/preferences/">${texts.page.toPreferences}</a></p>`,
  })
}

/** For 5xx: nothing was stored, so nothing is claimed (UNSUB-10). */
export function tryAgainPage(reader: Reader): string {
  const texts = textsIn(reader.language)
  return message(reader, {
    title: texts.tryAgain.title,
    lead: texts.tryAgain.lead,
    rest: html`<p>${texts.tryAgain.text}</p><p>${mailAddress(reader.policy, texts)}</p>`,
  })
}
