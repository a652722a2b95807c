import { setTimeout as wait } from 'node:timers/promises'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { SSMClient } from '@aws-sdk/client-ssm'
import * as v from 'valibot'
import { parseRecord, recordKey } from '../../functions/audience/export-record.ts'
import { readAhead } from '../../functions/audience/read-ahead.ts'
import { type Held, holdRestored } from '../../functions/campaign/hold-restored.ts'
import { suppressionKinds } from '../../functions/consent/decide.ts'
import { auditPut } from '../../functions/consent/ledger.ts'
import { contactItemKey, contactKeyOwner } from '../../functions/contact/contact.ts'
import type { ContactStore } from '../../functions/contact/contacts.ts'
import { recreateContact } from '../../functions/contact/recreate.ts'
import { replaySuppression } from '../../functions/contact/replay-suppression.ts'
import { forgetCopiedHead } from '../../functions/journal/journal-head.ts'
import type { Files } from '../../functions/platform/files.ts'
import { readTogether, toItem, transact } from '../../functions/platform/table.ts'
import {
  openTable,
  readTableGeneration,
  readWanted,
  type WantedGeneration,
  writeWanted,
} from '../restore-generation.ts'
import { type Settled, settleContact } from './settle-contact.ts'
import { dropStrays } from './stray-keys.ts'
import { type Touched, touchedEver, touchedSince } from './touched.ts'

export type RestoreDesk = {
  store: ContactStore
  /** Undefined when its bucket was not reached. */
  journal: Files | undefined
  ssm: SSMClient
  path: string
  clock: () => Date
  /** How long after `begin` something may still be under way that has not seen it. */
  settleMs: number
}

export type Begun = { kind: 'begun' | 'begun-before'; wanted: WantedGeneration; quietAt: Date }

/**
 * Shuts everything: from the next reading on no function serves or sends (RIGHT-13). Links in mails go on
 * turning off, and what they write into the ledger is replayed with the rest.
 */
export async function beginRestore(desk: RestoreDesk): Promise<Begun> {
  const { store, ssm, path, clock, settleMs } = desk
  const stands = await readWanted(ssm, path)
  if (stands === undefined) throw new Error('This stage has no generation: run "keys -- init".')
  const found = await readTableGeneration(store.tables)
  const quiet = ({ at }: WantedGeneration) => new Date(at.getTime() + settleMs)
  if (found !== undefined && found < stands.generation) {
    return { kind: 'begun-before', wanted: stands, quietAt: quiet(stands) }
  }
  const wanted = { generation: stands.generation + 1, at: clock() }
  await note(desk, 'restore-begun', wanted.generation)
  await writeWanted(ssm, path, wanted, { overwrite: true })
  return { kind: 'begun', wanted, quietAt: quiet(wanted) }
}

/** What a replay has done, in numbers, and what only people can put right, by id. */
export type Report = {
  contacts: Record<Settled | 'recreated' | 'lost', number>
  suppressions: number
  strays: number
  campaigns: Held & { lost: string[] }
  /** Files that recipients hold and of which the table knows nothing: ask for their deletion. */
  exports: string[]
  /** Whom to ask again what was corrected. */
  corrected: string[]
}

export type Replay = {
  /** By all of the ledger, and not by the journal. */
  whole: boolean
  /** How long the journal may take to tell of this replay. */
  patienceMs?: number
  /** Told what was done before the table opens: afterwards nobody could ask again. */
  tell: (report: Report) => void
}

/**
 * Makes a restored table forget what had been forgotten, and refuse what had been refused; then, last of
 * all, opens it. Each step may be repeated: broken off anywhere, it is run again.
 */
export async function replay(
  desk: RestoreDesk,
  { whole, patienceMs = 60_000, tell }: Replay,
): Promise<void> {
  const { store, ssm, path, clock } = desk
  const wanted = await readWanted(ssm, path)
  if (wanted === undefined) throw new Error('This stage has no generation: run "keys -- init".')
  if ((await readTableGeneration(store.tables)) === wanted.generation) {
    throw new Error('Nothing is being restored: the table is open. Begin with "restore -- begin".')
  }
  const quietAt = new Date(wanted.at.getTime() + desk.settleMs)
  if (clock() < quietAt) throw new Error(`Work may be under way until ${quietAt.toISOString()}.`)
  const touched = whole
    ? await touchedEver(store.tables)
    : await untilNoted(desk, await note(desk, 'restore-replay', wanted.generation), patienceMs)
  const report = await settleAll(desk, touched, wanted)
  tell(report)
  await note(desk, 'restore-replayed', wanted.generation)
  await openTable(store.tables, { generation: wanted.generation, at: clock() })
  await forgetCopiedHead(store.tables)
}

async function settleAll(
  { store, clock }: RestoreDesk,
  touched: Touched,
  { generation }: WantedGeneration,
): Promise<Report> {
  const now = clock()
  const audits = await auditsOf(store, touched)
  const subjects = (action: string) => [
    ...new Set(audits.flatMap((each) => (each.action === action ? each.subject : []))),
  ]
  const suppressions = await refuseAgain(store, touched)
  const { contacts, corrected } = await settlePeople(store, touched, now)
  const ended = new Set([...subjects('campaign-start'), ...subjects('campaign-cancel')])
  const held = await holdRestored(store.tables, { generation, ended, now })
  return {
    contacts,
    corrected,
    suppressions,
    campaigns: { ...held, lost: await missing(store, subjects('campaign-start'), 'K') },
    exports: await unknownExports(store, subjects('export-downloaded')),
    strays: await dropStrays(store, now),
  }
}

/** Parts of the work at the same time. */
const depth = 16

const listedSchema = v.object({
  addressKey: v.string(),
  kind: v.picklist(suppressionKinds),
  at: v.pipe(v.string(), v.isoTimestamp()),
})

async function refuseAgain({ tables }: ContactStore, { suppressions }: Touched): Promise<number> {
  let count = 0
  const again = async (key: { pk: string; sk: string }): Promise<boolean> => {
    const [item] = await readTogether(tables.db, [{ table: tables.ledger, key }])
    if (item === undefined) return false
    const { at, ...listed } = v.parse(listedSchema, item)
    return replaySuppression(tables, { ...listed, at: new Date(at) })
  }
  for await (const done of readAhead(each(suppressions), depth, again)) count += done ? 1 : 0
  return count
}

async function settlePeople(
  store: ContactStore,
  touched: Touched,
  now: Date,
): Promise<Pick<Report, 'contacts' | 'corrected'>> {
  const contacts: Report['contacts'] = {
    erased: 0,
    erasing: 0,
    changed: 0,
    'as-it-was': 0,
    absent: 0,
    unreadable: 0,
    moved: 0,
    uncorrected: 0,
    recreated: 0,
    lost: 0,
  }
  const absent: string[] = []
  const corrected: string[] = []
  const settle = async (contactId: string) => ({
    contactId,
    settled: await settleContact(store, contactId, { since: touched.since, now }),
  })
  for await (const { contactId, settled } of readAhead(each(touched.contacts), depth, settle)) {
    contacts[settled] += 1
    if (settled === 'absent') absent.push(contactId)
    if (settled === 'moved' || settled === 'uncorrected') corrected.push(contactId)
  }
  // After all others: an address may be that of somebody who was erased first.
  for (const contactId of absent) {
    if (await recreateContact(store, contactId, now)) {
      contacts.recreated += 1
      await settleContact(store, contactId, { since: touched.since, now })
      continue
    }
    contacts.lost += 1
    await forgetKey(store, contactId)
  }
  return { contacts, corrected }
}

/**
 * Nothing that it opens is left but evidence of choices that nobody holds any more. Never of a contact that
 * another replay, run at the same time, has made anew.
 */
async function forgetKey({ tables }: ContactStore, contactId: string): Promise<void> {
  await transact(tables.db, [
    {
      ConditionCheck: {
        TableName: tables.main,
        Key: toItem(contactItemKey(contactId)),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    { Delete: { TableName: tables.keys, Key: toItem({ pk: contactKeyOwner(contactId) }) } },
  ])
}

const auditSchema = v.object({ action: v.string(), subject: v.string() })

async function auditsOf({ tables }: ContactStore, { audits }: Touched) {
  const read = async (key: { pk: string; sk: string }) => {
    const [item] = await readTogether(tables.db, [{ table: tables.ledger, key }])
    const parsed = v.safeParse(auditSchema, item)
    return parsed.success ? [parsed.output] : []
  }
  const found: v.InferOutput<typeof auditSchema>[] = []
  for await (const audit of readAhead(each(audits), depth, read)) found.push(...audit)
  return found
}

async function missing(
  { tables }: ContactStore,
  campaignIds: readonly string[],
  sk: 'K',
): Promise<string[]> {
  const lost: string[] = []
  for (const id of campaignIds) {
    const key = { pk: `K#${id}`, sk }
    const [item] = await readTogether(tables.db, [{ table: tables.main, key }])
    if (item === undefined) lost.push(id)
  }
  return lost
}

/** Given out after the copy, and not finished in it: who leaves them can no longer be told. */
async function unknownExports(
  { tables }: ContactStore,
  exportIds: readonly string[],
): Promise<string[]> {
  const unknown: string[] = []
  for (const id of exportIds) {
    const [item] = await readTogether(tables.db, [{ table: tables.main, key: recordKey(id) }])
    if (item === undefined || parseRecord(item).firstManifest === undefined) unknown.push(id)
  }
  return unknown
}

type Place = { pk: string; sk: string }

/**
 * The journal is read once it tells of this very replay: links have gone on turning off until the copy was
 * in its place, and what was written into the ledger before is in the journal, too.
 */
async function untilNoted(
  { store, journal }: RestoreDesk,
  noted: Place,
  patienceMs: number,
): Promise<Touched> {
  if (journal === undefined) throw new Error('The bucket of the journal was not reached.')
  const end = Date.now() + patienceMs
  for (;;) {
    const touched = await touchedSince(store.tables, journal)
    if (touched.audits.some(({ pk, sk }) => pk === noted.pk && sk === noted.sk)) return touched
    if (Date.now() > end) {
      throw new Error('The journal is late: it does not tell of this replay yet. Or use --whole.')
    }
    await wait(1000)
  }
}

/** @returns where in the ledger it stands. */
async function note(
  { store: { tables }, clock }: RestoreDesk,
  action: 'restore-begun' | 'restore-replay' | 'restore-replayed',
  generation: number,
): Promise<Place> {
  const subject = String(generation)
  const put = auditPut(tables, { at: clock(), staff: 'operator', action, subject, details: {} })
  await tables.db.send(new PutItemCommand(put))
  return { pk: put.Item.pk?.S ?? '', sk: put.Item.sk?.S ?? '' }
}

async function* each<Value>(values: Iterable<Value>): AsyncGenerator<Value> {
  yield* values
}
