import { setTimeout as sleep } from 'node:timers/promises'
import { type BulkMailer, type EntryOutcome, unsendable } from '../platform/bulk-mailer.ts'
import type { Log } from '../platform/log.ts'
import { MailNotTakenError } from '../platform/mailer.ts'
import type { Send } from '../platform/queue.ts'
import { takePlaces } from '../platform/rate-bucket.ts'
import type { SendingQuota } from '../platform/ses.ts'
import { type Batch, finishBatch, letLeave, moveBatch, readBatch } from './batch-record.ts'
import type { SendMessage } from './campaign-message.ts'
import type { CampaignRecipient } from './campaign-recipient.ts'
import { type Campaign, readCampaign } from './campaign-record.ts'
import type { FrozenMail } from './freeze.ts'
import { readFrozen } from './frozen-record.ts'
import { closeIfDone } from './progress.ts'
import { sendRate } from './send-rate.ts'
import { type Outcome, storeOutcomes } from './store-outcomes.ts'
import { type BatchDesk, type WrittenEntry, writeBatch } from './write-batch.ts'

export type SendWork = BatchDesk & {
  mailer: BulkMailer<CampaignRecipient>
  /** The queue itself: what cannot leave yet comes back. */
  send: Send<SendMessage>
  /** What SES lets the account send. */
  quota: () => Promise<SendingQuota>
  log: Log
}

/**
 * Sends one batch. Whatever happens, nobody gets it twice: a batch has one worker at a time, and after
 * SES was asked without an answer only the repair touches it.
 */
export async function sendBatch(work: SendWork, message: SendMessage): Promise<void> {
  const { tables, clock } = work
  const { campaignId, batchId } = message
  const campaign = await readCampaign(tables, campaignId, clock())
  // A pause leaves its batches where they are, and resuming puts them on the queue again.
  if (campaign === undefined || !(campaign.state === 'planning' || campaign.state === 'sending')) {
    return
  }
  const batch = await readBatch(tables, campaignId, batchId)
  if (batch?.state !== 'planned') return
  const later = await secondsToTurn(work, batch)
  const at = clock()
  if (later > 0) {
    // Its time tells the repair that it is on the queue; who fails at this has left it to somebody else.
    const moved = await moveBatch(tables, campaignId, { batchId, from: batch, to: 'planned', at })
    return moved ? work.send(message, later) : undefined
  }
  if (!(await moveBatch(tables, campaignId, { batchId, from: batch, to: 'claimed', at }))) return
  await sendClaimed(work, {
    campaignId,
    campaign,
    claimed: { ...batch, state: 'claimed', at: at.toISOString() },
  })
}

type Claimed = { campaignId: string; campaign: Campaign; claimed: Batch }

async function sendClaimed(work: SendWork, { campaignId, campaign, claimed }: Claimed) {
  const { tables } = work
  const { batchId } = claimed
  const release = async (from: Batch): Promise<void> => {
    await moveBatch(tables, campaignId, { batchId, from, to: 'planned', at: work.clock() })
  }
  const { mail, sendable } = await prepare(work, { campaignId, campaign, claimed }).catch(
    async (fault: unknown) => {
      await release(claimed)
      throw fault
    },
  )
  const at = work.clock()
  if (sendable.length > 0) {
    if (!(await letLeave(tables, campaignId, { claimed, at }))) return release(claimed)
    const leaving: Batch = { ...claimed, state: 'leaving', at: at.toISOString() }
    const entries = sendable.map(({ entry }) => entry)
    const answers = await work.mailer({ ...mail, entries }).catch(async (fault: unknown) => {
      if (fault instanceof MailNotTakenError) await release(leaving)
      throw fault
    })
    const outcomes = outcomesOf(sendable, answers)
    await storeOutcomes(tables, campaignId, { batch: claimed, outcomes, at })
    work.log.info('a batch', {
      campaignId,
      count: outcomes.filter(({ state }) => state === 'sent').length,
    })
    if (answers.some(({ kind }) => kind === 'not-now')) {
      await release(leaving)
      return work.send({ campaignId, batchId }, 60)
    }
  }
  await finishBatch(tables, campaignId, batchId)
  await closeIfDone(tables, campaignId)
}

type Prepared = { mail: FrozenMail; sendable: WrittenEntry[] }

/**
 * Decides once more for everybody, and stores who gets no mail before SES is asked: so it is known of
 * them in any case that nothing left, and one mail that SES would not take holds up none of the others.
 */
async function prepare(
  work: SendWork,
  { campaignId, campaign, claimed }: Claimed,
): Promise<Prepared> {
  const mail = await readFrozen(work.tables, campaignId, claimed.language)
  const { entries, skipped } = await writeBatch(work, { campaignId, campaign, batch: claimed })
  const judged = entries.map((each) => ({ ...each, because: unsendable(mail, each.entry) }))
  const failed = judged.flatMap(({ messageId, because }) =>
    because === undefined ? [] : { messageId, state: 'failed' as const, reason: because },
  )
  if (failed.length > 0) {
    work.log.info('mails cannot be sent', { campaignId, count: failed.length })
  }
  const without = skipped.map((each): Outcome => ({ ...each, state: 'skipped' }))
  await storeOutcomes(work.tables, campaignId, {
    batch: claimed,
    outcomes: [...without, ...failed],
    at: work.clock(),
  })
  return { mail, sendable: judged.filter(({ because }) => because === undefined) }
}

function outcomesOf(
  sendable: readonly WrittenEntry[],
  answers: readonly EntryOutcome[],
): Outcome[] {
  return sendable.flatMap(({ messageId, ledgerId, counted }, index): Outcome[] => {
    const answer = answers[index]
    if (answer === undefined || answer.kind === 'not-now') return []
    return answer.kind === 'sent'
      ? [{ messageId, state: 'sent', sesId: answer.sesId, ledgerId, counted }]
      : [{ messageId, state: 'failed', reason: answer.because }]
  })
}

/** As long as this a worker waits for its turn: workers that wait are what holds the queue back. */
const longestWaitMs = 10_000
/** While the account may send nothing, it is asked again after so long. */
const pausedSeconds = 900

/** Waits a little for the batch's turn. @returns 0 once it has come, else when to ask again. */
async function secondsToTurn(work: SendWork, { contactIds }: Batch): Promise<number> {
  const places = contactIds.length
  const rate = sendRate(await work.quota(), places)
  if (rate === undefined) return pausedSeconds
  const asked = { what: 'campaigns', rate, places }
  const left = await takePlaces(work.tables, asked, work.clock())
  if (left > longestWaitMs) return Math.ceil(left / 1000)
  if (left > 0) {
    await sleep(left)
    if ((await takePlaces(work.tables, asked, work.clock())) > 0) return 30
  }
  return 0
}
