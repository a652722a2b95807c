import type { Policy } from '../consent/policy.ts'

/**
 * A letter as what it says, once: its HTML and its text part are both drawn from these blocks, so
 * neither can say more than the other. There is no block for an image or a tracked link (SEND-09).
 */
export type Block =
  | { kind: 'lead' | 'text' | 'soft' | 'heading'; text: string }
  | { kind: 'list'; items: readonly ListItem[] }
  /** The one thing to do; its address is also written out, for clients that show no button. */
  | { kind: 'button'; label: string; url: string }
  | { kind: 'link'; before: string; label: string; url: string; after?: string }
  /** What the law wants said apart from everything else (TRACK-12). */
  | { kind: 'box'; title: string; text: string; label: string; url: string }

export type ListItem = { name?: string; text: string }

export type Letter = {
  subject: string
  title: string
  blocks: readonly Block[]
  /** Why this person gets it. */
  because: string
}

/** In whose name, under which origin and in which language a letter is written. */
export type Frame = { policy: Policy; origin: string; language: string }

/** The language of the person if the policy still has it, else its default. */
export function frameFor(policy: Policy, origin: string, wanted: string): Frame {
  const language = policy.languages.includes(wanted) ? wanted : (policy.languages[0] ?? wanted)
  return { policy, origin, language }
}

/** The page with one's choices; the token stays in the fragment, which no server sees (SEC-05). */
export function preferencesUrl(origin: string, token: string): string {
  return `${origin}/preferences/#t=${token}`
}
