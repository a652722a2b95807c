import { textsIn } from '../locales/locales.ts'
import { html } from '../shared/html.ts'
import { type PageParts, pathIn } from '../shared/page.ts'
import { signUpForm } from '../shared/sign-up-form.ts'
import { staticPage } from '../shared/static-page.ts'

type SignUpPage = Pick<PageParts, 'policy' | 'language' | 'assets'>

/** The page at `/`: how to stop is said before anything is asked (CONS-05). */
export function signUpPage({ policy, language, ...rest }: SignUpPage): string {
  const { signUp, page: shared } = textsIn(language)
  const title = signUp.title(policy.controller.name)
  const main = html`<h1>${title}</h1>
<p class="lead">${signUp.lead}</p>
${signUpForm({ policy, language })}
<section class="soft"><p>${signUp.who(policy.controller.name)}
<a href="${pathIn(policy, language, '/notice/')}">${signUp.notice}</a>.</p>
<p>${signUp.haveChoices} <a href="${pathIn(policy, language, '/preferences/')}">${shared.toPreferences}</a>.</p></section>
${sent({ policy, language })}`
  return staticPage({ policy, language, ...rest, path: '/', title, main, listed: true })
}

/** What takes the form's place once it is sent: the same for every address (SEC-08). */
function sent({ policy, language }: SignUpPage) {
  const { checkInbox, signUp } = textsIn(language)
  return html`<template id="sent"><h1 tabindex="-1">${checkInbox.title}</h1>
<p class="lead">${signUp.sentTo(html`<strong data-address></strong>`)} ${signUp.sentNext}</p>
<section><p>${checkInbox.until(policy.retention.signUp)}</p></section>
<section><h2>${checkInbox.missing}</h2><p class="soft">${checkInbox.missingText}</p>
<div class="actions"><a class="button" href="${pathIn(policy, language, '/')}">${signUp.again}</a></div></section></template>`
}
