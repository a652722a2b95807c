import { type Figures, withLanguage } from './figures.ts'
import type { Counted, Message } from './message-record.ts'

/** As much of a message as its figures are made of. */
type Counting = Pick<Message, 'state' | 'language' | 'bounce' | 'reason' | 'counted' | 'ended'>

/**
 * What one message is in its campaign's figures: `mail:<outcome>`, and where it has reached somebody
 * of whom these were recorded when it left, `counted:opens` and `counted:clicks`, or `ended:opens` and
 * `ended:clicks` once they no longer are. It follows from the message alone, and its states are never
 * left backwards: so events may come twice and in any order, and the figures can be counted anew.
 */
export function messageFigures(message: Counting): Figures {
  const measured = reached.has(message.state) ? kinds.filter((kind) => message.counted?.[kind]) : []
  return withLanguage(message.language, {
    [`mail:${outcomeOf(message)}`]: 1,
    ...Object.fromEntries(
      measured.map((kind) => [`${message.ended?.[kind] ? 'ended' : 'counted'}:${kind}`, 1]),
    ),
  })
}

const kinds = ['opens', 'clicks'] as const satisfies readonly (keyof Counted)[]

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
