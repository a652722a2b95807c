import { readdirSync, readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { powertoolsLog } from '../../../functions/platform/log.ts'
import { queueHandler } from '../../../functions/platform/queue.ts'
import { type RestoreGate, restoreGate } from '../../../functions/platform/restore-gate.ts'
import { edgeOf, headersOf, httpEvent } from '../../support/http-events.ts'

/** Both halves, each of which may be missing or out of reach. */
function halves() {
  const state = {
    now: Date.parse('2026-11-27T12:00:00Z'),
    wanted: 1 as number | undefined,
    table: 1 as number | undefined,
    reads: 0,
    down: false,
  }
  const db = new DynamoDBClient({
    region: 'eu-north-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  })
  // The table's half answers at the client's own edge: nothing of the SDK is replaced.
  db.middlewareStack.add(
    () => async () => {
      if (state.down) throw new Error('out of reach')
      const item = {
        pk: { S: 'RESTORE#' },
        sk: { S: 'RESTORE' },
        generation: { N: `${state.table}` },
      }
      const Responses = { Main: state.table === undefined ? [] : [item] }
      return { response: {}, output: { $metadata: {}, Responses, UnprocessedKeys: {} } }
    },
    { step: 'initialize', name: 'half', priority: 'high' },
  )
  const isOpen = restoreGate({
    tables: { db, main: 'Main' },
    path: '/assent/test/restore',
    clock: () => new Date(state.now),
    read: async ({ Path }) => {
      expect(Path).toBe('/assent/test/restore')
      state.reads += 1
      if (state.down) throw new Error('out of reach')
      const Value = JSON.stringify({ generation: state.wanted, at: '2026-01-01T00:00:00.000Z' })
      return { Parameters: state.wanted === undefined ? [] : [{ Name: 'x', Value }] }
    },
  })
  return { state, isOpen }
}

describe('RIGHT-13 the restore gate', () => {
  it('is open while the table is of the generation that is wanted', async () => {
    const { isOpen } = halves()
    expect(await isOpen()).toBe(true)
  })

  it.each([
    { wanted: 2, table: 1 },
    { wanted: 1, table: 2 },
    { wanted: undefined, table: 1 },
    { wanted: 1, table: undefined },
    { wanted: undefined, table: undefined },
  ])('is shut when they differ, or one is missing: $wanted, $table', async (given) => {
    const { state, isOpen } = halves()
    Object.assign(state, given)
    expect(await isOpen()).toBe(false)
  })

  it('asks once for all acts of half a minute, then sees that a restore has begun', async () => {
    const { state, isOpen } = halves()
    await isOpen()
    state.wanted = 2
    state.now += 29_000
    expect([await isOpen(), await isOpen(), state.reads]).toEqual([true, true, 1])
    state.now += 1000
    expect([await isOpen(), await isOpen(), state.reads]).toEqual([false, false, 2])
  })

  it('sees within seconds that a replay is done', async () => {
    const { state, isOpen } = halves()
    state.wanted = 2
    await isOpen()
    state.table = 2
    state.now += 5000
    expect(await isOpen()).toBe(true)
  })

  it('stays open on what it read last for five minutes while neither can be read, and no longer', async () => {
    const { state, isOpen } = halves()
    await isOpen()
    state.down = true
    for (let minute = 0; minute < 4; minute++) {
      state.now += 60_000
      expect(await isOpen()).toBe(true)
    }
    state.now += 60_000
    await expect(isOpen()).rejects.toThrow('out of reach')
  })

  it('never opens on a first reading that failed', async () => {
    const { state, isOpen } = halves()
    state.down = true
    await expect(isOpen()).rejects.toThrow('out of reach')
  })
})

describe('RIGHT-13 while it is shut', () => {
  const shut: RestoreGate = async () => false

  it('a route answers 503 with a stable code, and is not reached', async () => {
    const route = { method: 'GET', path: '/x', handle: () => Promise.reject(new Error()) } as const
    const { answer } = edgeOf([route], { isOpen: shut })
    const given = await answer(httpEvent('GET', '/x'))
    expect(given.statusCode).toBe(503)
    expect(JSON.parse(given.body ?? '')).toMatchObject({ status: 503, code: 'restoring' })
    expect(headersOf(given)).toMatchObject({
      'retry-after': '30',
      'content-type': 'application/problem+json',
    })
  })

  it('a worker fails whole, so that its queue keeps every message and the alarm rings', async () => {
    const worker = { log: powertoolsLog(), isOpen: shut }
    const handler = queueHandler(worker, v.any(), () => Promise.reject(new Error('not reached')))
    await expect(handler({ Records: [] })).rejects.toThrow('a restore has not been replayed yet')
  })
})

describe('RIGHT-13 every entry', () => {
  /** Those that can revive nobody, and why. */
  const open: Record<string, string> = {
    'journal.ts': 'vouches for what is written meanwhile; keeps its own place by itself',
    'tracking.ts': 'answers the same for everybody (TRACK-03); the hits wait in their queue',
  }
  const entries = readdirSync('functions/entry')

  it.each(entries.filter((name) => open[name] === undefined))('%s asks the gate', (name) => {
    const text = readFileSync(`functions/entry/${name}`, 'utf8')
    expect(text).toMatch(/= restoreGate\(\{|isOpen: restoreGate\(\{/)
    expect(text).toMatch(/\{ log, isOpen \}|isOpen: restoreGate|isOpen,|await isOpen\(\)/)
  })

  it('of the others none serves or sends what a person is', () => {
    expect(entries.filter((name) => open[name] !== undefined)).toEqual(Object.keys(open))
  })
})
