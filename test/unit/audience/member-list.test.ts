import { describe, expect, it } from 'vitest'
import { bytesToFind, findMembers, memberLine } from '../../../functions/audience/member-list.ts'
import { randomId } from '../../../functions/platform/id.ts'

const refOf = (id: string): string => `r${id.replaceAll('-', '').slice(0, 22)}`

/** Two shards in one file; reads of it are counted. */
function fileOf(...shards: string[][]) {
  const text = shards
    .flat()
    .map((id) => memberLine(refOf(id), id))
    .join('')
  const seen = { reads: 0, bytes: 0 }
  return {
    seen,
    read: async (_: string, part = { from: 0, to: text.length }) => {
      seen.reads += 1
      seen.bytes += part.to - part.from
      return text.slice(part.from, part.to)
    },
    lists: shards.map((ids, index) => ({
      from: shards.slice(0, index).flat().length,
      rows: ids.length,
    })),
  }
}
const people = (count: number): string[] => Array.from({ length: count }, randomId).sort()

describe('EXP-04 looking people up in a member list', () => {
  it('finds who is in the shard, with their refs, and nobody of another', async () => {
    const [first, second] = [people(300), people(5)]
    const { read, lists } = fileOf(first, second)
    const [one = { from: 0, rows: 0 }, two = { from: 0, rows: 0 }] = lists
    const asked = [first[0] ?? '', first[299] ?? '', second[2] ?? '', randomId()]
    expect([...(await findMembers(read, { key: 'k', list: one }, asked))]).toEqual(
      asked.slice(0, 2).map((id) => [id, refOf(id)]),
    )
    expect([...(await findMembers(read, { key: 'k', list: two }, asked)).keys()]).toEqual([
      second[2],
    ])
  })

  it('reads a few kilobytes of a long list, and finds each of its people', async () => {
    const ids = people(40_000)
    const { read, lists, seen } = fileOf(ids)
    const [list = { from: 0, rows: 0 }] = lists
    for (const index of [0, 1, 19_999, 39_998, 39_999]) {
      const id = ids[index] ?? ''
      expect((await findMembers(read, { key: 'k', list }, [id])).get(id)).toBe(refOf(id))
    }
    expect((await findMembers(read, { key: 'k', list }, [randomId()])).size).toBe(0)
    expect(seen.reads).toBeLessThanOrEqual(8)
    expect(seen.bytes).toBeLessThan((40_000 * 61) / 4)
    expect(bytesToFind(list, 1)).toBeLessThan(70_000)
    expect(bytesToFind(list, 40_000)).toBe(40_000 * 61)
  })

  it('reads on where the ids are not as random as they should be', async () => {
    const ids = people(40_000)
      .map((id) => `0000${id.slice(4)}`)
      .sort()
    const { read, lists } = fileOf(ids)
    const [list = { from: 0, rows: 0 }] = lists
    const last = ids.at(-1) ?? ''
    expect((await findMembers(read, { key: 'k', list }, [last])).size).toBe(1)
  })

  it('reads nothing of an empty shard, and writes no line of another length', async () => {
    const { read, seen } = fileOf([])
    expect(await findMembers(read, { key: 'k', list: { from: 0, rows: 0 } }, ['x'])).toEqual(
      new Map(),
    )
    expect(seen.reads).toBe(0)
    expect(() => memberLine('r', randomId())).toThrow(TypeError)
  })
})
