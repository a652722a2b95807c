import type { Texts } from '../locales/nb.ts'
import { type Html, html } from '../shared/html.ts'
import type { PublicPolicy } from '../shared/public-policy.ts'

/** The way out that needs no page: a human at the company (help in the same place, UX-03). */
export function mailAddress(policy: PublicPolicy, texts: Texts): Html {
  const { email } = policy.controller
  return html`${texts.page.writeTo} <a href="mailto:${email}">${email}</a>.`
}
