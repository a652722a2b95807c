/**
 * Makes the sign-up form answer in place. Without this script the same form posts itself and the
 * server answers with a page, so nothing here is needed to sign up.
 */
function enhance(form: HTMLFormElement): void {
  form.noValidate = true
  let isSending = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (isSending) return
    isSending = true
    void submit(form).then(() => {
      isSending = false
    })
  })
}

async function submit(form: HTMLFormElement): Promise<void> {
  clearErrors(form)
  const email = form.querySelector<HTMLInputElement>('#email')
  if (email === null) return
  if (!looksLikeAddress(email.value)) return showErrors(form, ['email'])
  const answer = await send(form)
  if (answer === 'sent') return showSent(email.value)
  if (answer === 'failed') return showFailure(form)
  showErrors(form, answer)
}

/** A first look only: what is an address that can be mailed, the server decides. */
function looksLikeAddress(text: string): boolean {
  return /^\s*\S[^@]*@\S+\s*$/.test(text)
}

/** `sent`, `failed`, or the names of the fields that the server would not take. */
async function send(form: HTMLFormElement): Promise<'sent' | 'failed' | string[]> {
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(valuesOf(new FormData(form))),
    })
    if (response.ok) return 'sent'
    return response.status === 400 ? fieldsOf(await response.json()) : 'failed'
  } catch {
    return 'failed'
  }
}

const lists = ['topics', 'purposes']

function valuesOf(data: FormData): Record<string, unknown> {
  const names = [...new Set([...lists, ...data.keys()])]
  return Object.fromEntries(
    names
      .map((name) => [name, lists.includes(name) ? data.getAll(name) : data.get(name)] as const)
      .filter(([, value]) => value !== ''),
  )
}

function fieldsOf(problem: unknown): 'failed' | string[] {
  if (typeof problem !== 'object' || problem === null || !('errors' in problem)) return 'failed'
  if (!Array.isArray(problem.errors)) return 'failed'
  const errors: unknown[] = problem.errors
  return errors.map((error) =>
    typeof error === 'object' && error !== null && 'field' in error ? String(error.field) : '',
  )
}

function showErrors(form: HTMLFormElement, names: readonly string[]): void {
  const fields = names.flatMap(
    (name) => form.querySelector<HTMLElement>(`[data-error]#${name}`) ?? [],
  )
  for (const field of fields) {
    field.setAttribute('aria-invalid', 'true')
    field.closest('details')?.setAttribute('open', '')
    const line = document.getElementById(`${field.id}-error`)
    if (line !== null) line.textContent = field.dataset.error ?? ''
  }
  if (fields.length === 0) showFailure(form)
  fields[0]?.focus()
}

function clearErrors(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid')
  for (const line of form.querySelectorAll('.error')) line.textContent = ''
}

function showFailure(form: HTMLFormElement): void {
  const line = document.getElementById('failed')
  if (line !== null) line.textContent = form.dataset.failed ?? ''
}

/** The form is gone; the reader begins at the new title, which a screen reader then reads. */
function showSent(address: string): void {
  const sent = document.querySelector<HTMLTemplateElement>('#sent')
  const main = document.querySelector('main')
  if (sent === null || main === null) return
  main.replaceChildren(sent.content.cloneNode(true))
  const named = main.querySelector('[data-address]')
  if (named !== null) named.textContent = address
  main.querySelector('h1')?.focus()
  window.scrollTo(0, 0)
}

const form = document.querySelector<HTMLFormElement>('form#sign-up')
if (form !== null) enhance(form)
