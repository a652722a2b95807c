import { readStandings, type StandingFor } from '../contact/standings.ts'
import type { UnsealedStore } from '../contact/turn-down.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import type { Log } from '../platform/log.ts'
import type { Send } from '../platform/queue.ts'
import { dueRequests } from './due-requests.ts'
import type { RequestMessage } from './request-message.ts'
import { type Doing, type Outcome, type RuleName, rules, type Seen } from './retention-rules.ts'
import type { SweepMessage } from './sweep-message.ts'
import { readPage, recipientOf, seen } from './sweep-page.ts'
import {
  advance,
  countUpdate,
  partCount,
  readPart,
  readParts,
  type SweepPart,
} from './sweep-part.ts'
import { finishRun, readRun, type SweepRun, startRun } from './sweep-run.ts'

export type SweepDesk = {
  store: UnsealedStore
  requests: Send<RequestMessage>
  letters: Send<LetterMessage>
  continues: Send<SweepMessage>
  /** How many people one run may forget: a wrong period or clock is noticed before it has emptied the house. */
  mostLapses: number
  /** Items in a page. */
  pageItems: number
  /** How long one invocation walks before it hands on to the next. */
  walkMs: number
  /** Told of each run that has come to its end, at least once. */
  finished: (run: SweepRun) => void
  log: Log
  clock: () => Date
}

/**
 * Keeps what `policy.ts` says of how long data lives, and takes up what was left half done (SUPP-06):
 * one walk of all of `Main` in parts, each of which stores how far it has come. Broken off anywhere it
 * goes on from its last page; run twice, it finds nothing to do.
 */
export async function sweep(desk: SweepDesk, message: SweepMessage): Promise<void> {
  const { store, continues, clock } = desk
  if (message.kind === 'part') return walk(desk, message)
  const run = await startRun(store.tables, { mode: message.mode, now: clock() })
  const parts = await readParts(store.tables, run.runId)
  const open = parts.filter(({ doneAt }) => doneAt === undefined)
  for (const { runId, part } of open) await continues({ kind: 'part', runId, part })
  if (open.length === 0) await close(desk, run)
}

async function walk(
  desk: SweepDesk,
  { runId, part: index }: { runId: string; part: number },
): Promise<void> {
  const { store, continues, walkMs, finished, clock } = desk
  const run = await readRun(store.tables, runId)
  let part = await readPart(store.tables, { runId, part: index })
  if (run === undefined || part === undefined) return
  // Whoever closed it may have died before it was told.
  if (run.finishedAt !== undefined) return finished(run)
  const until = clock().getTime() + walkMs
  while (part.doneAt === undefined) {
    const next: SweepPart | undefined = await walkPage(desk, run, part)
    if (next === undefined) return
    part = next
    const isLate = clock().getTime() >= until
    if (isLate && part.doneAt === undefined) return continues({ kind: 'part', runId, part: index })
  }
  await close(desk, run)
}

/** Everything of one page, then the step past it. */
async function walkPage(
  desk: SweepDesk,
  run: SweepRun,
  part: SweepPart,
): Promise<SweepPart | undefined> {
  const { store, pageItems, log, clock } = desk
  const { tables, policy } = store
  const now = clock()
  const { cursor } = part
  const wanted = { policy, part: part.part, cursor, most: pageItems, now }
  const page = await readPage(tables, wanted)
  const tally = new Map<string, number>([['seen:item', page.walked]])
  const count = (name: string): void => void tally.set(name, (tally.get(name) ?? 0) + 1)
  const lapses = quota(desk, part)
  const standingFor = await readStandings(tables, page.items.flatMap(recipientOf))
  for (const item of page.items) {
    try {
      const found = seen(item, now)
      if (found === undefined) continue
      count(`seen:${found.kind}`)
      await keepRules({ desk, run, part, standingFor, now, lapses, count }, found)
    } catch (fault) {
      // One that cannot be dealt with must not keep all others from being dealt with.
      log.fault('something could not be swept', fault)
      count('failed')
    }
  }
  return advance(tables, part, { cursor: page.cursor, counts: Object.fromEntries(tally), now })
}

type Pass = {
  desk: SweepDesk
  run: SweepRun
  part: SweepPart
  standingFor: StandingFor
  now: Date
  lapses: Quota
  count: (name: string) => void
}

async function keepRules(pass: Pass, found: Seen): Promise<void> {
  const { desk, run, part, standingFor, now, lapses, count } = pass
  const { store, requests, letters } = desk
  const { policy, tables } = store
  for (const name of ruleNames) {
    const due = await rules[name](found, { policy, tables, standingFor, now })
    if (due === undefined) continue
    if (run.mode === 'dry-run') {
      count(`${name}:due`)
      continue
    }
    const doing: Doing = {
      store,
      requests,
      letters,
      now,
      counted: countUpdate(store.tables, part, `${name}:done`),
      mayLapse: lapses.left,
    }
    note(name, await due(doing), pass)
  }
}

function note(name: RuleName, outcome: Outcome, { count, lapses }: Pass): void {
  switch (outcome.kind) {
    case 'counted':
      if (name === 'inactive-contact') lapses.take(outcome.times)
      break
    case 'done':
    case 'postponed':
    case 'changed':
      count(`${name}:${outcome.kind}`)
  }
}

const ruleNames = Object.keys(rules).filter((name): name is RuleName => Object.hasOwn(rules, name))

type Quota = { left: () => boolean; take: (times: number) => void }

/** A part's share of what a run may forget. */
function quota({ mostLapses }: SweepDesk, { counts }: SweepPart): Quota {
  let taken = counts['inactive-contact:done'] ?? 0
  return {
    left: () => taken < Math.ceil(mostLapses / partCount),
    take: (times) => {
      taken += times
    },
  }
}

/** The last part to be done closes the run with what all of them counted. */
async function close(
  { store, finished, log, clock }: SweepDesk,
  { runId, mode }: SweepRun,
): Promise<void> {
  const parts = await readParts(store.tables, runId)
  if (parts.some(({ doneAt }) => doneAt === undefined)) return
  const now = clock()
  const counts: Record<string, number> = await dueRequests(store.tables, now)
  for (const part of parts) {
    for (const [name, times] of Object.entries(part.counts)) {
      counts[name] = (counts[name] ?? 0) + times
    }
  }
  await finishRun(store.tables, { runId, counts }, now)
  const run = await readRun(store.tables, runId)
  if (run === undefined) return
  log.info('a run of the sweep has ended', { kind: mode, count: counts['seen:item'] ?? 0 })
  finished(run)
}
