import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { inGroups, readAhead } from '../../../functions/audience/read-ahead.ts'

async function* count(to: number): AsyncGenerator<number> {
  for (let value = 1; value <= to; value++) yield value
}
async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values) found.push(value)
  return found
}

describe('reading ahead', () => {
  it('keeps the order although later work may end first', async () => {
    const slowFirst = async (value: number) => {
      await wait(10 - value)
      return value
    }
    expect(await all(readAhead(count(9), 4, slowFirst))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('works on no more than so many at a time, so that memory stays flat', async () => {
    let running = 0
    let most = 0
    const work = async (value: number) => {
      most = Math.max(most, ++running)
      await wait(1)
      running--
      return value
    }
    await all(readAhead(count(40), 4, work))
    expect(most).toBe(4)
  })

  it('ends with the first fault, and leaves no rejection unheard', async () => {
    const unheard: unknown[] = []
    const listen = (reason: unknown) => unheard.push(reason)
    process.on('unhandledRejection', listen)
    const failing = async (value: number) => {
      if (value >= 2) throw new Error(`at ${value}`)
      return value
    }
    await expect(all(readAhead(count(9), 4, failing))).rejects.toThrow('at 2')
    await wait(5)
    process.off('unhandledRejection', listen)
    expect(unheard).toEqual([])
  })

  it('groups values, the last group being what is left', async () => {
    expect(await all(inGroups(count(5), 2))).toEqual([[1, 2], [3, 4], [5]])
    expect(await all(inGroups(count(4), 2))).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(await all(inGroups(count(0), 2))).toEqual([])
  })
})
