import { type Figures, withLanguage } from '../campaign/figures.ts'
import { messageFigures } from '../campaign/message-figures.ts'
import type { Message } from '../campaign/message-record.ts'
import { totalsOf } from './figures.ts'
import type { Tracked } from './tracked.ts'

/**
 * All that a message is in its campaign's totals: what became of it, and its hits. Whoever counts anew
 * and whoever changes or deletes it ask this, so that they mean the same.
 */
export function messageTotals(message: Message, tracked: Tracked | undefined): Figures {
  return {
    ...messageFigures(message),
    ...withLanguage(message.language, totalsOf(tracked, message.ended)),
  }
}
