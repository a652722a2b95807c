import { requestRight } from './api.ts'
import { tell } from './asking.ts'
import { closeChoices, type OpenPage, show, textsOf } from './open-page.ts'
import { detailNames, type Preferences } from './preferences.ts'
import { waitingOf } from './state.ts'

/** RIGHT-09: what differs from what is held is asked for, and nothing else. */
export async function correct(page: OpenPage, form: HTMLFormElement): Promise<void> {
  if (page.token === undefined || page.view.kind !== 'correct') return
  const { choosing } = page.view
  const changes = differences(new FormData(form), choosing.preferences)
  if (Object.keys(changes).length === 0) return show(page, choosing)
  const asked = waitingOf(choosing).find(({ kind }) => kind === 'rectification')
  const answer = await requestRight(page.token, { kind: 'rectification', changes }, asked?.id)
  if (page.view.kind !== 'correct') return
  if (answer.kind === 'refused' && answer.status === 401) return closeChoices(page, choosing)
  if (answer.kind !== 'ok') {
    const errors =
      answer.kind === 'refused' ? answer.fields.map((field) => field.replace('changes.', '')) : []
    show(page, { ...page.view, errors, failed: errors.length === 0 })
    form.querySelector<HTMLElement>('[aria-invalid]')?.focus()
    return page.screen.say(errors.length === 0 ? textsOf(page).preferences.notSaved : '')
  }
  const { language } = changes
  if (language !== undefined) page.language = language
  page.view = choosing
  await tell(page, {
    place: 'data',
    request: answer.body,
    saved: ({ rights }) =>
      changes.email === undefined ? rights.savedCorrection : rights.savedAddress(changes.email),
  })
}

function differences(
  form: FormData,
  { details = {}, address, language }: Preferences,
): Record<string, string> {
  const held: Readonly<Record<string, string | undefined>> = {
    ...details,
    email: address,
    language,
  }
  return Object.fromEntries(
    [...detailNames, 'language', 'email'].flatMap((name) => {
      const written = String(form.get(name) ?? '').trim()
      return written === (held[name] ?? '') ? [] : [[name, written]]
    }),
  )
}
