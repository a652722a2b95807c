import { setTimeout as sleep } from 'node:timers/promises'
import { type BulkMailer, type EntryOutcome, unsendable } from '../platform/bulk-mailer.ts'
import type { Log } from '../platform/log.ts'
import { MailNotTakenError } from '../platform/mailer.ts'
import type { Send } from '../platform/queue.ts'
import { takePlaces } from '../platform/rate-bucket.ts'
import type { SendingQuota } from '../platform/ses.ts'
import { isPastTtl, readTogether } from '../platform/table.ts'
import {
  type Batch,
  batchDelete,
  batchKey,
  batchMove,
  letLeave,
  moveBatch,
  parseBatch,
} from './batch-record.ts'
import type { SendMessage } from './campaign-message.ts'
import type { CampaignRecipient } from './campaign-recipient.ts'
import { type Campaign, campaignKey, parseCampaign } from './campaign-record.ts'
import type { FrozenMail } from './freeze.ts'
import { frozenKey, parseFrozen } from './frozen-record.ts'
import { pauseRefused, type RefusalDesk, sharedRefusal } from './pause-refused.ts'
import { closeIfDone } from './progress.ts'
import { sendRate } from './send-rate.ts'
import { type Outcome, storeOutcomes } from './store-outcomes.ts'
import { type BatchDesk, type WrittenEntry, writeBatch } from './write-batch.ts'

export type SendWork = BatchDesk &
  RefusalDesk & {
    mailer: BulkMailer<CampaignRecipient>
    /** The queue itself: what cannot leave yet comes back. */
    send: Send<SendMessage>
    /** What SES lets the account send. */
    quota: () => Promise<SendingQuota>
    log: Log
  }

/**
 * Sends one batch. Whatever happens, nobody gets it twice: of all workers that write a batch one lets it
 * leave, and after SES was asked without an answer only the repair touches it.
 */
export async function sendBatch(work: SendWork, message: SendMessage): Promise<void> {
  const { tables, clock } = work
  const { campaignId } = message
  const found = await read(work, message)
  if (found?.batch.state !== 'planned') return
  const later = await secondsToTurn(work, found.batch)
  if (later > 0) {
    // Its time tells the repair that it is on the queue; who fails at this has left it to somebody else.
    const move = { batch: found.batch, to: 'planned', at: clock() } as const
    return (await moveBatch(tables, campaignId, move)) ? work.send(message, later) : undefined
  }
  const prepared = await prepare(work, campaignId, found)
  if (prepared === undefined) return
  const outcome = await leave(work, campaignId, prepared)
  if (outcome === 'done') await closeIfDone(tables, campaignId)
  else if (outcome === 'not-now') await work.send(message, 60)
}

type Found = { campaign: Campaign; batch: Batch; mail: Record<string, unknown> | undefined }

/** Undefined when the campaign does not go on, or the batch is done. */
async function read(
  { tables: { db, main }, clock }: SendWork,
  { campaignId, batchId, language }: SendMessage,
): Promise<Found | undefined> {
  const [of, batch, mail] = await readTogether(
    db,
    [campaignKey(campaignId), batchKey(campaignId, batchId), frozenKey(campaignId, language)].map(
      (key) => ({ table: main, key }),
    ),
  )
  if (of === undefined || batch === undefined || isPastTtl(of, clock())) return undefined
  const campaign = parseCampaign(of)
  // A pause leaves its batches where they are, and resuming puts them on the queue again.
  const goesOn = campaign.state === 'planning' || campaign.state === 'sending'
  return goesOn ? { campaign, batch: parseBatch(batch), mail } : undefined
}

type Prepared = { campaign: Campaign; batch: Batch; mail: FrozenMail; sendable: WrittenEntry[] }

/**
 * Decides once more for everybody, and stores who gets no mail before SES is asked: so it is known of
 * them in any case that nothing left, and one mail that SES would not take holds up none of the others.
 * @returns undefined when another worker has the batch, or nobody’s mail of it can be sent.
 */
async function prepare(
  work: SendWork,
  campaignId: string,
  found: Found,
): Promise<Prepared | undefined> {
  const { campaign, batch } = found
  const mail = parseFrozen(found.mail)
  if (mail.language !== batch.language) throw new Error('a batch is of another language')
  const { entries, skipped } = await writeBatch(work, { campaignId, campaign, batch, mail })
  const judged = entries.map((each) => ({ ...each, because: unsendable(mail, each.entry) }))
  const shared = sharedRefusal(judged.map(({ because }) => because))
  if (shared !== undefined && campaign.refusalsPass !== true) {
    await pauseRefused(work, campaignId, { because: shared, count: judged.length })
    return undefined
  }
  const failed = judged.flatMap(({ messageId, because }) =>
    because === undefined ? [] : { messageId, state: 'failed' as const, reason: because },
  )
  if (failed.length > 0) {
    work.log.info('mails cannot be sent', { campaignId, count: failed.length })
  }
  const sendable = judged.filter(({ because }) => because === undefined)
  const outcomes = [...skipped.map((each): Outcome => ({ ...each, state: 'skipped' })), ...failed]
  if (outcomes.length === 0) return { campaign, batch, mail, sendable }
  const at = work.clock()
  // With a turn of its own: whoever else has written this batch may have decided otherwise of somebody.
  const batchWrite = batchMove(work.tables, campaignId, { batch, to: 'planned', at })
  const stored = await storeOutcomes(work.tables, campaignId, { batch, outcomes, at, batchWrite })
  const moved = { ...batch, at: at.toISOString() }
  return stored ? { campaign, batch: moved, mail, sendable } : undefined
}

async function leave(
  work: SendWork,
  campaignId: string,
  { campaign, batch, mail, sendable }: Prepared,
): Promise<'done' | 'not-now' | 'held'> {
  const { tables } = work
  const at = work.clock()
  const batchWrite = batchDelete(tables, campaignId, batch.batchId)
  if (sendable.length === 0) {
    await storeOutcomes(tables, campaignId, { batch, outcomes: [], at, batchWrite })
    return 'done'
  }
  if (!(await letLeave(tables, campaignId, { batch, at }))) return 'held'
  const leaving: Batch = { ...batch, state: 'leaving', at: at.toISOString() }
  const release = () =>
    moveBatch(tables, campaignId, { batch: leaving, to: 'planned', at: work.clock() })
  const entries = sendable.map(({ entry }) => entry)
  const { subject, html, text } = mail
  const answers = await work
    .mailer({ subject, html, text, entries })
    .catch(async (fault: unknown) => {
      if (fault instanceof MailNotTakenError) await release()
      throw fault
    })
  const shared = sharedRefusal(
    answers.map((answer) => (answer.kind === 'refused' ? answer.because : undefined)),
  )
  if (shared !== undefined && campaign.refusalsPass !== true) {
    // Put back first: once it is paused, nobody but whoever resumes it looks after what waits.
    await release()
    await pauseRefused(work, campaignId, { because: shared, count: answers.length })
    return 'held'
  }
  const outcomes = outcomesOf(sendable, answers)
  const some = answers.some(({ kind }) => kind === 'not-now')
  const settled = { batch, outcomes, at }
  await storeOutcomes(tables, campaignId, some ? settled : { ...settled, batchWrite })
  work.log.info('a batch', {
    campaignId,
    count: outcomes.filter(({ state }) => state === 'sent').length,
  })
  if (!some) return 'done'
  await release()
  return 'not-now'
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
