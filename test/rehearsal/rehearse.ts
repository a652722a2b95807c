import { auditData } from '../../infra/audit/audit.ts'
import { beginRestore, type Report, type RestoreDesk, replay } from '../../infra/restore/replay.ts'
import type { Books } from '../support/e2e-books.ts'
import { addBack, copyOf, putBack } from './copied-table.ts'

export type Stage = {
  desk: RestoreDesk
  books: Books
  ask: (ask: {
    method: string
    path: string
    headers?: Record<string, string>
    body?: string
  }) => Promise<{ status: number; body: string }>
  /** Has what waits in queues and in the ledger's stream done, until this is so. */
  until: (done: () => Promise<boolean>) => Promise<void>
  /** As a deployment does: every function begins anew, and reads the generation. */
  replaceFunctions: () => Promise<void>
  /** What queues and streams hold is worked on for as long as this takes. */
  whileWorking: <Value>(work: Promise<Value>) => Promise<Value>
  /** Whether a letter that waits in the queue is left there. */
  keepsLetters: (contactId: string) => Promise<boolean>
}

export type Check = { says: string; holds: boolean }

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }

/**
 * A backup is made; people opt out, object, are erased, one joins and is erased, one joins and stays; the
 * backup is put back (RIGHT-13). All of it through the routes that people use. Nobody may be revived.
 * @returns what was to hold, and whether it does.
 */
export async function rehearse(stage: Stage): Promise<Check[]> {
  const { books, desk, ask, until } = stage
  const { tables } = desk.store
  const checks: Check[] = []
  const check = (says: string, holds: boolean): void => {
    checks.push({ says, holds })
  }
  const address = (who: string): string => `${who}@rehearsal.example`
  const expected = ({ status, body }: { status: number; body: string }, wanted: number): void => {
    if (status !== wanted)
      throw new Error(`expected ${wanted}, got ${status}: ${body.slice(0, 200)}`)
  }
  const signUp = async (who: string): Promise<void> => {
    const asked = {
      email: address(who),
      topics: ['newsletter', 'events'],
      purposes: [],
      locale: 'nb',
    }
    const body = JSON.stringify({ ...asked, form: 'rehearsal' })
    expected(await ask({ method: 'POST', path: '/api/subscriptions', headers: json, body }), 202)
  }
  const confirm = async (who: string): Promise<void> => {
    const path = await books.confirmLink(address(who))
    const body = 'topics=newsletter&topics=events'
    expected(await ask({ method: 'POST', path, headers: form, body }), 200)
  }
  const oneClick = async (path: string): Promise<number> =>
    (await ask({ method: 'POST', path, headers: form, body: 'List-Unsubscribe=One-Click' })).status
  const asThemself = async (who: string) => ({
    ...json,
    authorization: `Bearer ${await books.sessionOf(address(who))}`,
  })
  const erase = async (who: string): Promise<void> => {
    const headers = await asThemself(who)
    const body = '{"kind":"erasure"}'
    expected(await ask({ method: 'POST', path: '/api/requests', headers, body }), 202)
    await until(async () => (await books.contactOf(address(who))) === undefined)
  }
  const stateOf = async (who: string): Promise<string | undefined> =>
    (await books.contactOf(address(who)))?.choices.newsletter?.state

  const before = ['stays', 'opts-out', 'objects', 'is-erased', 'stops-meanwhile', 'returns']
  for (const who of before) {
    await signUp(who)
    await confirm(who)
  }
  await signUp('confirms-later')
  const idOf = async (who: string) => (await books.contactOf(address(who)))?.contactId ?? ''
  const erasedId = await idOf('is-erased')
  const staysId = await idOf('stays')
  const meanwhile = await books.unsubscribeLink(address('stops-meanwhile'))
  const erasedLink = await books.unsubscribeLink(address('is-erased'))
  await until(async () => (await books.all('main')).some(({ pk, sk }) => pk === 'J#' && sk === 'J'))
  const copy = await copyOf(tables.db, tables.main)
  const keys = await copyOf(tables.db, tables.keys)

  await oneClick(await books.unsubscribeLink(address('opts-out')))
  const objection = '{"choices":{"direct-marketing":"objected"}}'
  for (const who of ['objects', 'returns']) {
    const headers = await asThemself(who)
    const path = '/api/preferences'
    expected(await ask({ method: 'PATCH', path, headers, body: objection }), 200)
  }
  await signUp('returns')
  await confirm('returns')
  await erase('is-erased')
  const pressed = await books.confirmLink(address('confirms-later'))
  await confirm('confirms-later')
  await oneClick(await books.unsubscribeLink(address('confirms-later')))
  await signUp('joins-and-leaves')
  await confirm('joins-and-leaves')
  await erase('joins-and-leaves')
  await signUp('joins')
  await confirm('joins')

  await beginRestore(desk)
  await stage.replaceFunctions()
  const shut = await ask({ method: 'GET', path: '/api/policy?lang=nb' })
  check('the API answers 503 "restoring"', shut.status === 503 && shut.body.includes('"restoring"'))
  check('a link still turns off', (await oneClick(meanwhile)) === 200)
  await putBack(tables.db, tables.main, copy)
  // The worst of both: of the keys, those that were deleted have come back.
  await addBack(tables.db, tables.keys, keys)
  check(
    'a copy in its place is not served',
    (await ask({ method: 'GET', path: '/api/policy?lang=nb' })).status === 503,
  )
  check('a copy in its place is not mailed', await stage.keepsLetters(staysId))
  const page = await ask({ method: 'GET', path: erasedLink })
  check(
    'a link shows nothing of whom the copy brings back',
    page.status === 200 && !page.body.includes('•••'),
  )
  check('the copy would mail who opted out', (await stateOf('opts-out')) === 'given')
  check('the copy would know who was erased', (await idOf('is-erased')) === erasedId)

  const report = await stage.whileWorking(replayed(desk, { whole: false }))
  await stage.replaceFunctions()
  const open = await ask({ method: 'GET', path: '/api/policy?lang=nb' })
  check('after the replay it is served', open.status === 200)
  check('who did nothing is as before', (await stateOf('stays')) === 'given')
  check('the opt-out holds', (await stateOf('opts-out')) === 'withdrawn')
  check('the objection holds', (await stateOf('objects')) === 'objected')
  check('who objected and came back is back', (await stateOf('returns')) === 'given')
  check('who stopped while it ran is off', (await stateOf('stops-meanwhile')) === 'withdrawn')
  check('who confirmed and then stopped is off', (await stateOf('confirms-later')) === 'withdrawn')
  check('who joined since is there', (await stateOf('joins')) === 'given')
  await ask({ method: 'POST', path: pressed, headers: form, body: 'topics=newsletter' })
  const still = await stateOf('confirms-later')
  check('a form that was confirmed is not pending again', still === 'withdrawn')
  for (const who of ['is-erased', 'joins-and-leaves']) {
    const record = await books.addressOf(address(who))
    const isRefused = record.suppressions.erasure !== undefined && record.contactId === undefined
    check(`${who}: nobody by this address, and it refuses`, isRefused)
  }
  // The change feed names them for two weeks, so that recipients are told (art. 19).
  const kept = [...(await books.all('main')), ...(await books.all('keys'))]
  const traces = kept.filter(({ pk }) => !String(pk).startsWith('O#'))
  check(
    'of the erased nothing is left, their key neither',
    !traces.some((item) => JSON.stringify(item).includes(erasedId)),
  )
  check(
    'the replay says what it did',
    report.contacts.erased >= 2 && report.contacts.recreated >= 1,
  )
  await beginRestore(desk)
  const { contacts } = await replayed(desk, { whole: true })
  const moved = contacts.changed + contacts.recreated + contacts.lost
  check('run again, by the ledger alone, it changes nobody', moved === 0)
  await until(async () => (await brokenInvariants(desk)).length === 0).catch(() => {})
  const broken = await brokenInvariants(desk)
  check(`the invariants hold ${broken.join('; ')}`.trim(), broken.length === 0)
  return checks
}

/** Runs the replay to its end. */
export async function replayed(desk: RestoreDesk, how: { whole: boolean }): Promise<Report> {
  const reports: Report[] = []
  await replay(desk, { ...how, tell: (report) => reports.push(report) })
  const [report] = reports
  if (report === undefined) throw new Error('a replay has opened a table and told nothing')
  return report
}

async function brokenInvariants({ store, journal, clock }: RestoreDesk): Promise<string[]> {
  const audited = { store, files: undefined, journal }
  const { invariants } = await auditData(audited, { clock, settleMs: 200, patienceMs: 5000 })
  return invariants.flatMap(({ examples }) =>
    examples.map(({ invariant, kind, id }) => `${invariant} ${kind} ${id}`),
  )
}
