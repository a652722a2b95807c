import { stopWays } from '../campaign/stops.ts'
import { directMarketing } from '../consent/policy.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { type TurnedDown, turnDown } from '../contact/turn-down.ts'
import { ttlAt } from '../platform/table.ts'
import {
  noCampaign,
  type OpenedUnsubscribe,
  undoLifeMs,
  undoToken,
} from '../platform/token-bodies.ts'
import { changesOf, entryOf } from './acts.ts'

export type UnsubscribeRequest = {
  token: OpenedUnsubscribe
  scope: 'topic' | 'all'
  /** `one-click` when a mailbox provider posted (RFC 8058), else the button of our own page. */
  method: 'one-click' | 'unsubscribe-page'
  language?: string
  now: Date
}
export type Unsubscribed = { outcome: TurnedDown['kind']; undo?: string }

/**
 * Stops one topic, or everything, for the bearer of a link in a mail: one transaction, no read
 * (UNSUB-04, UNSUB-10). Erased people and repetitions are successes that write nothing (UNSUB-09).
 * @throws when the act could not be stored; the caller must then not claim success.
 */
export async function unsubscribe(
  store: ContactStore,
  { token, scope, method, language, now }: UnsubscribeRequest,
): Promise<Unsubscribed> {
  const { policy, keys } = store
  const { contactId, topic, campaign, keyRevoked } = token
  const purpose = scope === 'all' ? directMarketing : topic
  const { evidence, ...act } = entryOf(policy, {
    wish: 'withdrawn',
    ...(method === 'one-click' ? { kind: 'one-click' } : {}),
    changes: changesOf(policy, purpose, 'withdrawn'),
    now,
    evidence: {
      actor: method === 'one-click' ? 'mailbox-provider' : 'person',
      method,
      ...(campaign === noCampaign ? {} : { campaign }),
      ...(language === undefined ? {} : { language }),
    },
  })
  // Counted with the act and only if it takes effect, so that a repetition counts nothing.
  const ttl = ttlAt(now, policy.retention.messages)
  const ways =
    campaign === noCampaign
      ? []
      : stopWays(store.tables.main, { contactId, campaignId: campaign, ttl })
  const { kind } = await turnDown(store, contactId, { act, evidence, now, ways })
  if (kind !== 'turned-down' || keyRevoked) return { outcome: kind }
  const expires = new Date(now.getTime() + undoLifeMs)
  const undo = await undoToken.mint(keys, { contactId, ledgerId: act.ledgerId, expires })
  return { outcome: kind, undo }
}
