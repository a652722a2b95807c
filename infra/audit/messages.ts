import { campaignKey, parseCampaign } from '../../functions/campaign/campaign-record.ts'
import {
  type Message,
  messageIdOf,
  messageOfKey,
  parseMessage,
} from '../../functions/campaign/message-record.ts'
import { isOff } from '../../functions/consent/choices.ts'
import { contactPk, fold, type LedgerEntry, parseEntry } from '../../functions/consent/ledger.ts'
import { directMarketing } from '../../functions/consent/policy.ts'
import type { Inspect } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { parsed } from './parsed.ts'

/** An act counts from its own moment, and is stored a little later; a batch may leave in between. */
const underWayMs = 60_000
const dayMs = 86_400_000

/** Invariant 7: what went out, went to whoever had said yes and not yet no; and each campaign once. */
export const inspectSent: Inspect = async ({ store, reader, now }, item) => {
  const { tables, policy } = store
  const { campaignId, messageId } = messageOfKey({ pk: String(item.pk), sk: String(item.sk) })
  const id = `K#${campaignId} M#${messageId}`
  const message = parsed(() => parseMessage(item))
  if (message === undefined) return findingsOf(7, id, { 'unreadable message': true })
  const [found] = await reader.items([{ table: tables.main, key: campaignKey(campaignId) }])
  const campaign = found && parsed(() => parseCampaign(found))
  const { contactId, sentAt } = message
  const twice = findingsOf(7, id, {
    'message under the id of another':
      campaign !== undefined && messageIdOf(campaign.key, contactId) !== messageId,
  })
  if (sentAt === undefined) return twice
  // Its evidence has had its time: nothing is left to compare it with.
  if (Date.parse(sentAt) + policy.retention.evidence * dayMs <= now.getTime()) return twice
  const history: LedgerEntry[] = []
  for await (const stored of reader.partition({ table: tables.ledger, pk: contactPk(contactId) })) {
    const entry = parsed(() => parseEntry(stored))
    if (entry !== undefined) history.push(entry)
  }
  return [...twice, ...againstLedger(id, { ...message, sentAt }, history)]
}

function againstLedger(
  id: string,
  { ledgerId, topic, sentAt }: Message & { sentAt: string },
  history: readonly LedgerEntry[],
): Finding[] {
  const sent = new Date(sentAt)
  const settled = new Date(sent.getTime() - underWayMs)
  const allowed = history.find((entry) => entry.ledgerId === ledgerId)
  const since = history.filter(({ at }) => at > settled && at <= sent)
  // Its worker has read the person at one of these moments: a no is broken that stood at all of them.
  const noes = [settled, ...since.map(({ at }) => at)].map((moment) =>
    noesAt(
      topic,
      history.filter((entry) => entry.at <= moment || entry === allowed),
    ),
  )
  const always = (no: keyof ReturnType<typeof noesAt>) => noes.every((each) => each[no])
  return findingsOf(7, id, {
    'message that no entry of the ledger allows':
      allowed === undefined || allowed.at > sent || always('unsaid'),
    'message after a no': always('off'),
    'message after everything was stopped': always('stopped'),
    'message while only kept': always('kept'),
    'message to somebody who was being erased': always('erased'),
  })
}

/** What of a history, as long as it was then, forbids to mail. */
function noesAt(topic: string, history: readonly LedgerEntry[]) {
  const { [topic]: choice, [directMarketing]: all } = fold(history)
  const last = history.findLast(({ kind }) => kind === 'restrict' || kind === 'lift-restriction')
  return {
    unsaid: choice === undefined,
    off: choice !== undefined && isOff(choice.state),
    stopped:
      choice !== undefined && all !== undefined && isOff(all.state) && all.rank > choice.rank,
    kept: last?.kind === 'restrict',
    erased: history.some(({ kind }) => kind === 'erase'),
  }
}
