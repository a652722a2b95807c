import type { Texts } from '../locales/nb.ts'
import type { Preferences, Request, Wish } from './preferences.ts'

/** The line that says what is now true, shown where the change was made. */
export type Note = {
  /** The id of a choice, or the name of a section. */
  readonly place: string
  /** In whichever language the page is switched to. */
  readonly words: (texts: Texts) => string
  /** Takes the change back; only the latest one can be taken back. */
  readonly undo?: Wish | { readonly undo: string } | undefined
  /** Sends what did not arrive once more: nothing has to be chosen again. */
  readonly again?: (() => Promise<void>) | undefined
  readonly failed?: boolean
}

export type Choosing = {
  readonly kind: 'choices'
  readonly preferences: Preferences
  readonly note?: Note | undefined
  /** Switches on their way to the server, in the position the person gave them. */
  readonly pending: Readonly<Record<string, boolean>>
  /** Purposes turned off on this page with a newsletter link, whose state it may not show. */
  readonly turnedOff: readonly string[]
  /** What the reader has asked for, or somebody in their name; unknown until the server has answered. */
  readonly requests?: readonly Request[] | undefined
}

/** A page of its own that leads back to the choices. */
type Aside<Kind extends string> = {
  readonly kind: Kind
  readonly choosing: Choosing
  readonly failed: boolean
}
export type Correcting = Aside<'correct'> & {
  /** The fields that the server would not take. */
  readonly errors: readonly string[]
}

export type View =
  | { readonly kind: 'opening' }
  | {
      readonly kind: 'ask'
      readonly because?: 'expired' | 'ended'
      readonly error?: 'email' | 'failed'
    }
  | { readonly kind: 'sent' }
  | { readonly kind: 'door'; readonly failed: boolean }
  | Choosing
  | Aside<'review'>
  | Aside<'freeze'>
  | Aside<'receipts'>
  | Correcting
  | { readonly kind: 'erasing'; readonly request?: Request }
  | { readonly kind: 'unreachable' }

/** What waits for the reader's word that they asked for it (RIGHT-04). */
export function waitingOf({ requests = [] }: Choosing): Request[] {
  return requests.filter(({ status }) => status === 'awaiting-identity')
}
