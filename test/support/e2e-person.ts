import { randomBytes } from 'node:crypto'
import { form, http, json, nextCaller, post } from './e2e-http.ts'
import { isConfirmation, isWelcome, letterTo, linkIn } from './e2e-inbox.ts'
import { remember } from './e2e-traces.ts'

/** Somebody with an address nobody else has, and a machine of their own. */
export type Someone = { email: string; name: string; from: string }

export function someone(first = 'kari'): Someone {
  const mark = randomBytes(5).toString('hex')
  const person = {
    email: `${first}.${mark}@example.org`,
    name: `${first[0]?.toUpperCase()}${first.slice(1)} ${mark}`,
    from: nextCaller(),
  }
  remember(person.email, person.name, encodeURIComponent(person.email))
  return person
}

export const asked = {
  topics: ['newsletter', 'events'],
  purposes: ['profiling'],
  locale: 'nb',
  form: 'sign-up-nb@1',
}
export const stillTicked = 'topics=newsletter&topics=events&purposes=profiling'

export function signUp({ email, name, from }: Someone, over: Record<string, unknown> = {}) {
  const body = JSON.stringify({ email, name, ...asked, ...over })
  return http('POST', '/api/subscriptions', { headers: json, body, from })
}

/** Presses the button behind the confirmation mail. */
export async function confirm(person: Someone, body = stillTicked): Promise<void> {
  const link = linkIn(await letterTo(person.email, isConfirmation), '/s/')
  const { status } = await post(link, body, { headers: form, from: person.from })
  if (status !== 200) throw new Error(`a confirmation answered ${status}`)
}

/** Signs up, confirms from the inbox, and gives the unsubscribe link of the newsletter's welcome. */
export async function subscribe(
  person: Someone,
  over: Record<string, unknown> = {},
): Promise<{ unsubscribe: string }> {
  const { status } = await signUp(person, over)
  if (status !== 202) throw new Error(`a sign-up answered ${status}`)
  await confirm(person)
  const isNewsletter = (letter: Parameters<typeof isWelcome>[0]) =>
    isWelcome(letter) && letter.headers.some(({ value }) => value.includes('<newsletter.'))
  return { unsubscribe: linkIn(await letterTo(person.email, isNewsletter), '/u/') }
}
