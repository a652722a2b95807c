import { type Figures, withLanguage } from './figures.ts'
import type { Message } from './message-record.ts'

/** As much of a message as its figures are made of. */
type Counting = Pick<Message, 'state' | 'language' | 'bounce' | 'reason' | 'counted'>

/**
 * What one message is in its campaign's figures: `mail:<outcome>`, and `counted:opens` and
 * `counted:clicks` where it has reached somebody of whom these are recorded. It follows from the message
 * alone, and its states are never left backwards: so events may come twice and in any order, and the
 * figures can be counted anew.
 */
export function messageFigures(message: Counting): Figures {
  const { opens, clicks } = message.counted ?? { opens: false, clicks: false }
  const isThere = reached.has(message.state)
  return withLanguage(message.language, {
    [`mail:${outcomeOf(message)}`]: 1,
    ...(isThere && opens ? { 'counted:opens': 1 } : {}),
    ...(isThere && clicks ? { 'counted:clicks': 1 } : {}),
  })
}

const reached: ReadonlySet<Message['state']> = new Set(['sent', 'delivered', 'complained'])

function outcomeOf({ state, bounce = 'transient', reason = 'gone' }: Counting): string {
  switch (state) {
    case 'planned':
    case 'sending':
      return 'planned'
    case 'bounced':
      return `bounced:${bounce}`
    case 'skipped':
      return `skipped:${reason}`
    case 'sent':
    case 'delivered':
    case 'complained':
    case 'failed':
    case 'unknown':
      return state
  }
}
