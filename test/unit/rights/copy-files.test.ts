import { expect, it } from 'vitest'
import { deleteCopies, removeExpired } from '../../../functions/rights/copy-files.ts'
import { memoryFiles } from '../../support/memory-files.ts'

const byte = new Uint8Array(1)

it('RIGHT-08: a file that no link opens any more is removed, one that a link still opens is not', async () => {
  const files = memoryFiles()
  await files.put('a/1/copy.html', byte, 'text/html')
  const between = new Date(Date.now() + 60_000)
  await removeExpired(files, new Date(Date.now() - 60_000))
  expect([...files.held.keys()]).toEqual(['a/1/copy.html'])
  await removeExpired(files, between)
  expect([...files.held.keys()]).toEqual([])
})

it('RIGHT-11: all copies of one person go, and nobody else’s', async () => {
  const files = memoryFiles()
  for (const key of ['a/1/copy.html', 'a/2/copy.json', 'b/3/copy.html']) {
    await files.put(key, byte, 'text/html')
  }
  await deleteCopies(files, 'a')
  expect([...files.held.keys()]).toEqual(['b/3/copy.html'])
})
