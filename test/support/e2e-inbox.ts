import { setTimeout as wait } from 'node:timers/promises'
import { cloud } from './e2e-cloud.ts'
import { rememberTokensIn } from './e2e-traces.ts'

export type InboxLetter = {
  subject: string
  from: string
  text: string
  html: string
  headers: { name: string; value: string }[]
}
type Stored = {
  emails: {
    subject: string
    from: string
    destination: { to: string[] }
    body: { text?: string; html?: string }
    headers?: { name: string; value: string }[]
  }[]
}

/** All that came to one address so far, oldest first. */
export async function lettersTo(address: string): Promise<InboxLetter[]> {
  const store = (await (await fetch(`${cloud.inbox}/store`)).json()) as Stored
  return store.emails
    .filter(({ destination }) => destination.to.includes(address))
    .map(({ subject, from, body, headers = [] }) => {
      const { text = '', html = '' } = body
      rememberTokensIn(text)
      return { subject, from, text, html, headers }
    })
}

/** The first letter that answers the description; waits for it as a person would. */
export async function letterTo(
  address: string,
  isIt: (letter: InboxLetter) => boolean,
  seconds = 40,
): Promise<InboxLetter> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const letters = await lettersTo(address)
    const found = letters.findLast(isIt)
    if (found !== undefined) return found
    if (Date.now() > end) {
      const seen = letters.map(({ subject }) => subject).join(', ')
      throw new Error(`no such letter within ${seconds} s; there were: ${seen || 'none'}`)
    }
    await wait(100)
  }
}

/** The path of the first link of ours that begins so, fragment included. */
export function linkIn({ text }: InboxLetter, start: string): string {
  const found = text.match(new RegExp(`${cloud.origin}(${start}[\\w#=/-]+)`))
  if (found?.[1] === undefined) throw new Error(`the letter has no link to ${start}`)
  return found[1]
}

const has = (start: string) => (letter: InboxLetter) =>
  letter.text.includes(`${cloud.origin}${start}`)
export const isConfirmation = has('/s/')
export const isWelcome = has('/u/')
export const isManage = (letter: InboxLetter) =>
  has('/preferences/#t=')(letter) && !isWelcome(letter)
