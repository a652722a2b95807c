import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import type { Details } from './preferences.ts'
import type { Correcting } from './state.ts'

type Field = {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly error: string
  readonly autocomplete: string
  readonly type?: string
  readonly hint?: string
}

/** RIGHT-09: what we hold of the reader, as they wrote it, to be put right. */
export function correctView(
  { policy, language }: Reader,
  { choosing, errors, failed }: Correcting,
): Html {
  const { rights, signUp, preferences: words } = textsIn(language)
  const { details = {}, address, language: held } = choosing.preferences
  const field = (name: keyof Details, label: string, more: Partial<Field>): Field => ({
    name,
    label,
    value: details[name] ?? '',
    error: signUp.fields[name],
    autocomplete: name,
    ...more,
  })
  const fields: Field[] = [
    field('name', signUp.name, {}),
    field('company', signUp.company, { autocomplete: 'organization' }),
    field('title', signUp.jobTitle, { autocomplete: 'organization-title' }),
    field('phone', signUp.phone, { autocomplete: 'tel', type: 'tel' }),
  ]
  const email: Field = {
    name: 'email',
    label: signUp.email,
    value: address,
    error: signUp.fields.email,
    autocomplete: 'email',
    type: 'email',
    hint: rights.newAddress,
  }
  const shown = (each: Field): Html => input(each, errors.includes(each.name))
  return html`<h1 tabindex="-1">${rights.correct}</h1>
<p class="lead">${rights.correctLead}</p>
<form id="correct" novalidate><section>${fields.map(shown)}
<div class="field"><label for="language">${rights.language}</label><select id="language" name="language">${policy.languages.map(
    (each) =>
      html`<option value="${each}"${each === held && html` selected`}>${textsIn(each).page.name}</option>`,
  )}</select></div></section>
<section>${shown(email)}</section>
<div class="actions"><button class="main" id="save">${rights.saveChanges}</button>
<button type="button" id="keep" data-act="keep">${rights.back}</button></div>
${errors.length > 0 && html`<p class="note failed" role="alert"><span>${signUp.errors}. ${signUp.nothingSent}</span></p>`}
${failed && html`<p class="note failed"><span>${words.notSaved}</span></p>`}</form>`
}

function input({ name, label, value, error, autocomplete, type, hint }: Field, isWrong: boolean) {
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type ?? 'text'}" autocomplete="${autocomplete}" value="${value}"
 aria-describedby="${name}-error${hint !== undefined && html` ${name}-hint`}"${isWrong && html` aria-invalid="true"`}>
<p class="error" id="${name}-error">${isWrong && error}</p>${hint !== undefined && html`<p id="${name}-hint">${hint}</p>`}</div>`
}
