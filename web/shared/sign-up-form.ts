import { textsIn } from '../locales/locales.ts'
import type { Texts } from '../locales/nb.ts'
import { type Html, html } from './html.ts'
import type { Reader } from './page.ts'
import { offeredIds, offerOf, textIn } from './public-policy.ts'

/** What a person typed, given back when something needs correcting (3.3.7: nothing asked twice). */
export type SignUpValues = {
  readonly email?: string | undefined
  readonly name?: string | undefined
  readonly company?: string | undefined
  readonly title?: string | undefined
  readonly phone?: string | undefined
  readonly topics?: readonly string[]
  readonly purposes?: readonly string[]
}

export type SignUpForm = Reader & {
  readonly values?: SignUpValues
  /** Names of the fields that need correcting, each with what to do. */
  readonly errors?: Readonly<Record<string, string>>
}

type Field = {
  readonly name: 'email' | 'name' | 'company' | 'title' | 'phone'
  readonly label: string
  readonly type: 'email' | 'text' | 'tel'
  readonly autocomplete: string
  readonly hint?: string
}

/** What to do about a field that the form could not send; the same words on page and in JSON. */
export function fieldMessage(language: string, field: string): string {
  const { fields } = textsIn(language).signUp
  const byField: Readonly<Record<string, string>> = fields
  return (Object.hasOwn(byField, field) ? byField[field] : undefined) ?? fields.form
}

/**
 * The form of `POST /api/subscriptions`. Nothing is ticked beforehand, each purpose has a box of
 * its own, and it may be sent with none ticked (CONS-02).
 */
export function signUpForm(props: SignUpForm): Html {
  const { policy, language, values = {} } = props
  const { signUp } = textsIn(language)
  const topics = {
    name: 'topics',
    legend: signUp.topics,
    hint: signUp.topicsHint,
    ids: offeredIds(policy.topics),
    ticked: values.topics,
  } as const
  const purposes = {
    name: 'purposes',
    legend: signUp.purposes,
    hint: signUp.purposesHint,
    ids: offeredIds(policy.purposes),
    ticked: values.purposes,
  } as const
  const email = {
    name: 'email',
    label: signUp.email,
    type: 'email',
    autocomplete: 'email',
  } as const
  return html`<form id="sign-up" method="post" action="/api/subscriptions" data-failed="${signUp.failed}">
<input type="hidden" name="locale" value="${language}">
<input type="hidden" name="form" value="sign-up-${language}@${policy.notice.version}">
${choices(props, topics)}
${choices(props, purposes)}
<section>${field(props, { ...email, hint: signUp.emailHint })}</section>
${aboutYou(props, signUp)}
<div class="actions"><button class="main">${signUp.button}</button></div>
<p class="error" role="alert" id="failed"></p>
</form>`
}

type Choices = {
  readonly name: 'topics' | 'purposes'
  readonly legend: string
  readonly hint: string
  readonly ids: readonly string[]
  readonly ticked: readonly string[] | undefined
}

function choices(props: SignUpForm, group: Choices): Html | undefined {
  const { language, errors = {} } = props
  const { name, legend, hint, ids } = group
  if (ids.length === 0) return undefined
  return html`<fieldset id="${name}" tabindex="-1" aria-describedby="${name}-hint ${name}-error"
 data-error="${fieldMessage(language, name)}">
<legend>${legend}</legend>
<p class="soft" id="${name}-hint">${hint}</p>
<p class="error" id="${name}-error">${errors[name]}</p>
<div class="card">${ids.map((id) => box(props, group, id))}</div>
</fieldset>`
}

function box({ policy, language }: Reader, { name, ticked = [] }: Choices, id: string): Html {
  const offer = offerOf(policy, id)
  const isTicked = ticked.includes(id) && html` checked`
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${id}"${isTicked}>
<span><b>${offer && textIn(policy, offer.name, language)}</b>
<span>${offer && textIn(policy, offer.description, language)}</span></span></label>`
}

function field(props: SignUpForm, { name, label, type, autocomplete, hint }: Field): Html {
  const { language, values = {}, errors = {} } = props
  const error = errors[name]
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}"
 value="${values[name]}"${name === 'email' && html` required`}
${error !== undefined && html` aria-invalid="true"`} aria-describedby="${name}-error${
    hint !== undefined && ` ${name}-hint`
  }" data-error="${fieldMessage(language, name)}">
<p class="error" id="${name}-error">${error}</p>
${hint !== undefined && html`<p id="${name}-hint">${hint}</p>`}</div>`
}

function aboutYou(props: SignUpForm, signUp: Texts['signUp']): Html {
  const { policy, language, values = {}, errors = {} } = props
  const calls = offeredIds(policy.purposes).includes('calls') ? policy.purposes.calls : undefined
  const fields: Field[] = [
    { name: 'name', label: signUp.name, type: 'text', autocomplete: 'name' },
    { name: 'company', label: signUp.company, type: 'text', autocomplete: 'organization' },
    { name: 'title', label: signUp.jobTitle, type: 'text', autocomplete: 'organization-title' },
    {
      name: 'phone',
      label: signUp.phone,
      type: 'tel',
      autocomplete: 'tel',
      ...(calls ? { hint: signUp.phoneHint(textIn(policy, calls.name, language)) } : {}),
    },
  ]
  const open = fields.some(({ name }) => values[name] || errors[name] !== undefined)
  return html`<section><details${open && html` open`}>
<summary>${signUp.details} <span class="soft">(${signUp.optional})</span></summary>
<div>${fields.map((each) => field(props, each))}</div>
</details></section>`
}
