import { setTimeout as wait } from 'node:timers/promises'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDraft } from '../../../functions/campaign/draft.ts'
import { startCampaign } from '../../../functions/campaign/launch.ts'
import { scheduleCampaign } from '../../../functions/campaign/schedule.ts'
import { auditPut } from '../../../functions/consent/ledger.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { restoreGate } from '../../../functions/platform/restore-gate.ts'
import { fromItem, type Item } from '../../../functions/platform/table.ts'
import { tableEvent } from '../../../infra/local/stream-event.ts'
import {
  beginRestore,
  type Report,
  type RestoreDesk,
  replay,
} from '../../../infra/restore/replay.ts'
import { openTable, readTableGeneration, readWanted } from '../../../infra/restore-generation.ts'
import { policy } from '../../../policy.ts'
import { addBack, copyOf, putBack } from '../../rehearsal/copied-table.ts'
import { replayed } from '../../rehearsal/rehearse.ts'
import { bearer, jsonType, openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'
import { streamRecords } from '../../support/stream-records.ts'

let shop: Workshop
let desk: RestoreDesk
/** As a restore leaves the tables: the copy in the place of `Main`, and keys that came back with theirs. */
let copied: { main: Item[]; keys: Item[] }
/** What a replay that nobody disturbs makes of it. */
let undisturbed: { standing: string[]; lists: unknown }

const address = (who: string) => `${who}@killed.example`
const tables = () => desk.store.tables
const idOf = async (who: string) => (await shop.books.contactOf(address(who)))?.contactId ?? ''

beforeAll(async () => {
  shop = await openWorkshop()
  const { books, local } = shop
  desk = {
    store: books.store,
    journal: { s3: local.s3, bucket: local.env('journal').JOURNAL_BUCKET ?? '' },
    ssm: local.ssm,
    path: local.env('subscriber-api').RESTORE_PATH ?? '',
    clock: () => new Date(),
    settleMs: 0,
  }
  await live()
}, 120_000)
afterAll(() => shop?.stop())

async function ask(who: string, method: string, path: string, body: unknown): Promise<void> {
  const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(address(who))) }
  const answer = await shop.ask({ method, path, headers, body: JSON.stringify(body) })
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body}`)
}
const request = (who: string, asked: Record<string, unknown>) =>
  ask(who, 'POST', '/api/requests', asked)

/** What waits in the queue of requests, and what the ledger's stream tells. */
async function workOff(): Promise<void> {
  for (const message of await shop.drain('request')) await shop.deliver('fulfil-request', message)
  await keepJournal()
}

async function keepJournal(): Promise<void> {
  const records = await streamRecords(shop.local.dynamodb, shop.local.tables.ledger)
  const streamArn = 'arn:aws:dynamodb:eu-north-1:000000000000:table/Ledger/stream/local'
  for (let at = 0; at < records.length; at += 90) {
    await shop.invoke('journal', tableEvent(records.slice(at, at + 90), { streamArn }))
  }
}

/** Something of everything that a replay has to do with. */
async function live(): Promise<void> {
  const { dynamodb, tables: names } = shop.local
  const marketing = {
    ...shop.books.store,
    policy,
    origin: 'https://choices.nordlys.example',
    clock: () => new Date(),
    plan: async () => {},
    domain: async () => [],
  }
  const draft = async () => {
    const variants = { nb: { subject: 'Hei', blocks: [{ markdown: 'Hei' }] } }
    const made = await createDraft(marketing, 'kari', { name: 'N', topic: 'newsletter', variants })
    if (made.kind !== 'created') throw new Error(made.kind)
    return made.campaignId
  }
  const [scheduled, begun, later] = [await draft(), await draft(), await draft()]
  const at = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)
  const set = { campaignId: scheduled, schedule: { at, zone: 'UTC' } }
  expect((await scheduleCampaign(marketing, 'kari', set)).kind).toBe('scheduled')
  expect((await startCampaign(marketing, 'kari', { campaignId: begun })).kind).toBe('done')
  const before = [
    'stays',
    'opts-out',
    'objects',
    'is-erased',
    'asks',
    'freezes',
    'corrects',
    'returns',
  ]
  for (const who of before) await shop.subscriber(address(who))
  await shop.signUp(address('confirms-later'))
  await workOff()
  const main = await copyOf(dynamodb, names.main)
  const keys = await copyOf(dynamodb, names.keys)

  const objection = { choices: { 'direct-marketing': 'objected' } }
  await ask('opts-out', 'PATCH', '/api/preferences', { choices: { newsletter: 'withdrawn' } })
  await ask('objects', 'PATCH', '/api/preferences', objection)
  await ask('returns', 'PATCH', '/api/preferences', objection)
  await shop.subscriber(address('returns'))
  await request('is-erased', { kind: 'erasure' })
  await workOff()
  await request('freezes', { kind: 'restriction' })
  await request('corrects', { kind: 'rectification', changes: { name: 'Kari' } })
  await shop.confirm(address('confirms-later'))
  await shop.subscriber(address('joins'))
  await shop.subscriber(address('is-lost'))
  const lost = await idOf('is-lost')
  await shop.signUp(address('waits'))
  await request('asks', { kind: 'erasure' })
  await shop.drain('request')
  expect((await startCampaign(marketing, 'kari', { campaignId: later })).kind).toBe('done')
  const audit = { staff: 'kari', action: 'export-downloaded', subject: randomId(), details: {} }
  await dynamodb.send(new PutItemCommand(auditPut(names, { at: new Date(), ...audit })))

  await beginRestore(desk)
  await keepJournal()
  await shop.replaceFunctions()
  await addBack(dynamodb, names.keys, keys)
  // One whose key is newer than the copy of the keys.
  const all = await copyOf(dynamodb, names.keys)
  copied = { main, keys: all.filter(({ pk }) => pk?.S !== `C#${lost}`) }
  await putCopyInPlace()
  const report = await replayed(desk, { whole: true })
  undisturbed = { standing: await standing(), lists: listsOf(report) }
  expect(report.contacts).toMatchObject({ erased: 1, erasing: 1, recreated: 2, lost: 1 })
  expect(report.campaigns).toEqual({
    draft: [scheduled],
    paused: [begun],
    cancelled: [later],
    lost: [],
  })
  expect(report.exports).toHaveLength(1)
  expect(report.strays).toBeGreaterThan(0)
}

async function putCopyInPlace(): Promise<void> {
  const { db, main, keys } = tables()
  await putBack(db, main, copied.main)
  await putBack(db, keys, copied.keys)
}

/** What people have to do themselves is told in full by whichever run comes to its end. */
const listsOf = ({ campaigns, exports, corrected }: Report) => ({ campaigns, exports, corrected })

const told = ['contactId', 'status', 'kind', 'state', 'lapsed', 'restricted', 'generation']

/** What lies in the tables, without what differs from one run to the next: times, and ids of this run. */
async function standing(): Promise<string[]> {
  const { db, main, keys } = tables()
  const known = new Set(copied.main.map(({ pk, sk }) => `${pk?.S} ${sk?.S}`))
  const lines = (await copyOf(db, main)).map(fromItem).flatMap(({ pk, sk, ...item }) => {
    const place = `${pk} ${sk}`
    if (/^(J|RATE)#/.test(place)) return []
    if (place.startsWith('O#')) return `told of ${item.contactId}`
    const about = told.map((name) => `${name}=${String(item[name])}`)
    const choices = Object.entries(item).flatMap(([name, value]) => {
      if (name.startsWith('choice:')) return `${name}=${(value as { state: string }).state}`
      return /^(suppressed:|erasing$|held$)/.test(name) ? name : []
    })
    const isNew = !known.has(place) && / ?R#|^R#| \d/.test(place)
    return [
      isNew ? place.replace(/(\d{4}-\d\d|[0-9a-f-]{36}|\S+Z#\S+)$/, 'new') : place,
      ...about,
      ...choices.sort(),
    ].join(' ')
  })
  const owners = (await copyOf(db, keys)).map(({ pk }) => `key of ${pk?.S}`)
  return [...new Set([...lines, ...owners])].sort()
}

type Kill = { call: string; nth: number; works: boolean }

/** A desk whose process dies at a call, before it or after it has worked, and does nothing more. */
function mortal(kill?: Kill) {
  const life = { calls: [] as string[], dead: false }
  const step = async <Answer>(call: string, work: () => Promise<Answer>): Promise<Answer> => {
    if (life.dead) throw new Error('dead')
    life.calls.push(call)
    const nth = life.calls.filter((each) => each === call).length
    if (call !== kill?.call || nth !== kill.nth) return work()
    life.dead = true
    if (kill.works) await work()
    throw new Error('killed')
  }
  const client = <Client extends { send: unknown }>(sound: Client): Client => {
    const wired = Object.create(sound) as Client & { send: (command: never) => Promise<unknown> }
    const send = sound.send as (command: never) => Promise<unknown>
    wired.send = (command) => step(nameOf(command), () => send.call(sound, command))
    return wired
  }
  const { store, journal, ssm } = desk
  const db = client(store.tables.db)
  const of: RestoreDesk = {
    ...desk,
    store: { ...store, tables: { ...store.tables, db } },
    journal: journal && { ...journal, s3: client(journal.s3) },
    ssm: client(ssm),
  }
  return { desk: of, life }
}

/** What a call does, to which kinds of items: `TransactWriteItems Delete C#, Update A#`. */
function nameOf(command: { constructor: { name: string }; input: object }): string {
  const text = JSON.stringify(command.input)
  const kinds = text.matchAll(
    /"(Put|Update|Delete|ConditionCheck)":|"(?:pk|:pk)":\{"S":"([A-Z]+#(?:open)?)/g,
  )
  const names = [...kinds].map(([, act, kind]) => act ?? kind)
  return [command.constructor.name.replace(/Command$/, ''), ...new Set(names)].join(' ')
}

const isWrite = (call: string) => /^(Transact|Put|Update|Delete)/.test(call)

const gate = () =>
  restoreGate({
    tables: tables(),
    path: desk.path,
    clock: desk.clock,
    read: async ({ Path }) => {
      const wanted = await readWanted(desk.ssm, Path)
      const Value = JSON.stringify({ generation: wanted?.generation })
      return { Parameters: [{ Name: 'generation', Value }] }
    },
  })()

const isOver = async () =>
  (await readTableGeneration(tables())) === (await readWanted(desk.ssm, desk.path))?.generation

/** Runs it into its death, and then once more to its end. */
async function killAndRunAgain(kill: Kill, whole: boolean): Promise<void> {
  const where = `killed ${kill.works ? 'after' : 'before'} ${kill.call}, number ${kill.nth}`
  await putCopyInPlace()
  const { desk: dying, life } = mortal(kill)
  const reports: Report[] = []
  const tell = (report: Report) => void reports.push(report)
  const first = withJournal(replay(dying, { whole, tell }), whole)
  await first.catch(() => {})
  // How often a call is made may differ by what came together: then there was nothing to survive.
  if (life.dead && (await isOver())) {
    expect(reports, `${where}: open, so all was told`).toHaveLength(1)
  } else if (life.dead) {
    expect(await gate(), `${where}: nothing is served`).toBe(false)
    reports.length = 0
    await withJournal(replay(desk, { whole, tell }), whole)
  }
  expect(await gate(), where).toBe(true)
  expect(await standing(), where).toEqual(undisturbed.standing)
  expect(reports.map(listsOf), where).toEqual([undisturbed.lists])
}

async function withJournal(work: Promise<void>, whole: boolean): Promise<void> {
  let pending = !whole
  const ended = () => {
    pending = false
  }
  work.then(ended, ended)
  while (pending) {
    await keepJournal()
    await wait(200)
  }
  return work
}

/** Each kind of call once: in turn after its first has worked and before its last; reads just fail. */
function killsOf(calls: readonly string[]): Kill[] {
  return [...new Set(calls)].map((call, index): Kill => {
    if (!isWrite(call)) return { call, nth: 1, works: false }
    const last = calls.filter((each) => each === call).length
    return index % 2 === 0 ? { call, nth: 1, works: true } : { call, nth: last, works: false }
  })
}

async function callsOf(whole: boolean): Promise<string[]> {
  await putCopyInPlace()
  const { desk: counting, life } = mortal()
  await withJournal(replay(counting, { whole, tell: () => {} }), whole)
  return life.calls
}

describe('RIGHT-13 a replay that dies', () => {
  it('anywhere: nothing opens, and run again it ends as if it had not died', async () => {
    const kills = killsOf(await callsOf(true))
    // Fewer would mean that it was not killed where it does its work.
    expect(kills.filter(({ call }) => isWrite(call)).length).toBeGreaterThan(14)
    for (const kill of kills) await killAndRunAgain(kill, true)
  }, 400_000)

  it('while it reads the journal, which has gone on since the copy: likewise', async () => {
    const kills = killsOf(await callsOf(false))
    const ofJournal = kills.filter(({ call }) => /Object|^BatchGetItem J#/.test(call))
    expect(ofJournal.length).toBeGreaterThan(2)
    for (const kill of ofJournal) await killAndRunAgain(kill, false)
  }, 200_000)

  it('half way: nothing is served, sent, planned, exported or swept until it was run again', async () => {
    await putCopyInPlace()
    const { desk: dying, life } = mortal({ call: 'Query K#', nth: 1, works: false })
    await replay(dying, { whole: true, tell: () => {} }).catch(() => {})
    expect(life.dead).toBe(true)
    await shop.replaceFunctions()
    const { status, body } = await shop.ask({ method: 'GET', path: '/api/policy?lang=nb' })
    expect([status, body]).toEqual([503, expect.stringContaining('"restoring"')])
    const work: [string, unknown][] = [
      ['send-letters', { kind: 'manage-contact', contactId: await idOf('stays') }],
      ['plan-campaign', { kind: 'start-due' }],
      ['send-batch', { campaignId: '0123456789abcdef', batchId: '00##x' }],
      ['export-audience', { kind: 'start', exportId: randomId() }],
      ['fulfil-request', { kind: 'erasure', contactId: await idOf('stays') }],
      ['sweep', { kind: 'start', mode: 'remove' }],
    ]
    for (const [name, message] of work) {
      const outcome = await shop.deliver(name, message)
      expect(JSON.stringify(outcome), name).toContain('RestoreRunning')
    }
    await replay(desk, { whole: true, tell: () => {} })
    expect(await standing()).toEqual(undisturbed.standing)
    await shop.replaceFunctions()
    expect((await shop.ask({ method: 'GET', path: '/api/policy?lang=nb' })).status).toBe(200)
  }, 60_000)

  it('in its beginning: it is begun once, however often that is asked, and stays shut', async () => {
    const { desk: counting, life } = mortal()
    const { wanted } = await beginRestore(counting)
    for (const kill of killsOf(life.calls)) {
      for (const works of [false, true]) {
        await openAgain()
        const before = (await readWanted(desk.ssm, desk.path))?.generation ?? 0
        await beginRestore(mortal({ ...kill, works }).desk).catch(() => {})
        const begun = await beginRestore(desk)
        expect(begun.wanted.generation, kill.call).toBe(before + 1)
        expect(await gate()).toBe(false)
      }
    }
    expect(wanted.generation).toBeGreaterThan(1)
  }, 60_000)
})

async function openAgain(): Promise<void> {
  const wanted = await readWanted(desk.ssm, desk.path)
  if (wanted !== undefined) await openTable(tables(), wanted)
}
