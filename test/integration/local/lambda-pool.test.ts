import { afterEach, describe, expect, it } from 'vitest'
import type { LambdaFunction } from '../../../infra/local/functions.ts'
import { lambdaEnvironment } from '../../../infra/local/lambda-environment.ts'
import { createPool, type LambdaPool } from '../../../infra/local/lambda-pool.ts'
import { writeLambda } from '../../support/lambda-fixture.ts'

const nowhere = 'http://127.0.0.1:9'
const endpoints = { dynamodb: nowhere, messaging: nowhere, mail: nowhere, parameters: nowhere }

const undo: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of undo.splice(0)) await step()
})

function poolOf(source: string, changes: Partial<LambdaFunction> = {}) {
  const { fn, remove } = writeLambda(source, changes)
  const lines: string[] = []
  const pool: LambdaPool = createPool(fn, lambdaEnvironment(fn, endpoints), (_name, line) =>
    lines.push(line),
  )
  undo.push(pool.stop, remove)
  return { pool, lines }
}

const resultOf = async (pool: LambdaPool, event: unknown) => {
  const outcome = await pool.invoke(event)
  return outcome.kind === 'result' ? outcome.value : outcome
}

describe('a function in processes of its own', () => {
  it('gets event and context as on Lambda, and the environment of the templates alone', async () => {
    const { pool } = poolOf(`exports.handler = async (event, context) => ({
      event,
      name: context.functionName,
      id: typeof context.awsRequestId,
      left: context.getRemainingTimeInMillis(),
      greeting: process.env.GREETING,
      accessKey: process.env.AWS_ACCESS_KEY_ID,
      home: process.env.HOME ?? null,
    })`)

    expect(await resultOf(pool, { a: 1 })).toEqual({
      event: { a: 1 },
      name: 'fixture',
      id: 'string',
      left: expect.toSatisfy((left: number) => left > 4000 && left <= 5000),
      greeting: 'hei',
      accessKey: 'fixture',
      home: null,
    })
  })

  it('handles one event at a time in each process, and uses the process again', async () => {
    const { pool } = poolOf(`
      let running = 0
      let served = 0
      exports.handler = async () => {
        running += 1
        served += 1
        await new Promise((resolve) => setTimeout(resolve, 100))
        const seen = { pid: process.pid, running, served }
        running -= 1
        return seen
      }`)
    const seen = (await Promise.all(Array.from({ length: 10 }, () => resultOf(pool, {})))) as {
      pid: number
      running: number
      served: number
    }[]

    expect(new Set(seen.map(({ running }) => running))).toEqual(new Set([1]))
    expect(new Set(seen.map(({ pid }) => pid)).size).toBe(4)
    expect(Math.max(...seen.map(({ served }) => served))).toBeGreaterThan(1)
  })

  it('has no more processes than the concurrency reserved for it', async () => {
    const source = 'exports.handler = async () => process.pid'
    const { pool } = poolOf(source, { reservedConcurrency: 1 })
    const pids = await Promise.all([resultOf(pool, {}), resultOf(pool, {}), resultOf(pool, {})])

    expect(new Set(pids).size).toBe(1)
  })

  it('is ended at its timeout, and the next event gets a new process', async () => {
    const { pool } = poolOf(
      `exports.handler = async ({ hang }) => {
        if (hang) for (;;) {}
        return process.pid
      }`,
      { timeoutSeconds: 1, reservedConcurrency: 1 },
    )
    const before = await resultOf(pool, {})
    const hanging = await pool.invoke({ hang: true })
    const after = await resultOf(pool, {})

    expect(hanging).toMatchObject({ kind: 'error', errorType: 'Sandbox.Timedout' })
    expect(after).not.toBe(before)
  })

  it('that throws answers with the error and stays', async () => {
    const { pool, lines } = poolOf(
      `exports.handler = async ({ fail }) => {
        if (fail) throw new TypeError('no luck')
        return process.pid
      }`,
      { reservedConcurrency: 1 },
    )
    const before = await resultOf(pool, {})

    expect(await pool.invoke({ fail: true })).toEqual({
      kind: 'error',
      errorType: 'TypeError',
      errorMessage: 'no luck',
    })
    expect(await resultOf(pool, {})).toBe(before)
    expect(lines.join('\n')).toContain('no luck')
  })

  it('that ends its own process answers with an error, and the next event gets a new one', async () => {
    const { pool } = poolOf(
      `exports.handler = async ({ exit }) => {
        if (exit) process.exit(3)
        return process.pid
      }`,
      { reservedConcurrency: 1 },
    )

    expect(await pool.invoke({ exit: true })).toMatchObject({ errorType: 'Runtime.ExitError' })
    expect(await resultOf(pool, {})).toEqual(expect.any(Number))
  })

  it('that is stopped starts no further process, and answers all who wait', async () => {
    const { pool, lines } = poolOf(
      `console.log('started')
      exports.handler = () => new Promise(() => {})`,
      { reservedConcurrency: 1 },
    )
    await pool.warm()
    const waiting = Promise.all([1, 2, 3].map((event) => pool.invoke(event)))
    await pool.stop()

    const outcomes = (await waiting).map((outcome) => outcome.kind === 'error' && outcome.errorType)
    expect(outcomes).toEqual(['Runtime.ExitError', 'Runtime.Stopped', 'Runtime.Stopped'])
    expect(await pool.invoke({})).toMatchObject({ errorType: 'Runtime.Stopped' })
    expect(lines.filter((line) => line === 'started')).toHaveLength(1)
  })

  it('whose code does not load says so when it is warmed', async () => {
    const { pool, lines } = poolOf(`throw new Error('broken bundle')`)

    expect(await pool.warm()).toMatchObject({ kind: 'error', errorType: 'Runtime.ExitError' })
    expect(lines.join('\n')).toContain('broken bundle')
  })

  it('that answers more than Lambda carries gets an error instead', async () => {
    const { pool } = poolOf(`exports.handler = async () => 'x'.repeat(7 * 1024 * 1024)`)

    expect(await pool.invoke({})).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
  })

  it('has every line it writes in its log', async () => {
    const { pool, lines } = poolOf(`exports.handler = async () => {
      console.log('one\\ntwo')
      process.stderr.write('three')
      await new Promise((resolve) => setTimeout(resolve, 50))
      process.stderr.write(' four\\n')
    }`)
    await pool.invoke({})
    await pool.stop()

    expect(lines).toEqual(['one', 'two', 'three four'])
  })
})
