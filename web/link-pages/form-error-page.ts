import { textsIn } from '../locales/locales.ts'
import { html } from '../shared/html.ts'
import { page, type Reader } from '../shared/page.ts'
import { fieldMessage, type SignUpValues, signUpForm } from '../shared/sign-up-form.ts'

export type FormErrorPage = Reader & {
  /** What was typed; shown again so that nothing is asked twice. */
  readonly values: SignUpValues
  /** The fields that need correcting; the words come from the reader's language. */
  readonly errors: readonly { readonly field: string }[]
}

/** Fields that are on the page, so that an error can lead to them. */
const named = new Set(['topics', 'purposes', 'email', 'name', 'company', 'title', 'phone'])

/** The sign-up form again, its errors listed first and tied to their fields (UX-02). */
export function formErrorPage({ policy, language, values, errors }: FormErrorPage): string {
  const { signUp } = textsIn(language)
  const byField = Object.fromEntries(
    errors.map(({ field }) => [field, fieldMessage(language, field)]),
  )
  const main = html`<h1>${signUp.title(policy.controller.name)}</h1>
<div class="alert" role="alert"><h2>${signUp.errors}</h2><p>${signUp.nothingSent}</p>
<ul>${Object.entries(byField).map(
    ([field, words]) =>
      html`<li>${named.has(field) ? html`<a href="#${field}">${words}</a>` : words}</li>`,
  )}</ul></div>
${signUpForm({ policy, language, values, errors: byField })}`
  return page({
    policy,
    language,
    title: `${signUp.errors}: ${signUp.title(policy.controller.name)}`,
    main,
  })
}
