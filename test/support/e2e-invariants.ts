import { expect } from 'vitest'
import { audited, brokenOf } from './audited.ts'
import type { Books } from './e2e-books.ts'

/**
 * What must hold over all tables whatever happened (design §12).
 * @param names everything that names a person: nothing of it may lie outside a seal.
 */
export async function expectInvariants(books: Books, names: readonly string[]): Promise<void> {
  expect(brokenOf(await audited(books.store))).toEqual([])
  await expectSealed(books, names)
}

/** 10, with the names at hand: the audit can only look for what looks like one. */
async function expectSealed({ all }: Books, names: readonly string[]): Promise<void> {
  const tables = await Promise.all([all('main'), all('ledger'), all('keys')])
  const inClear = JSON.stringify(tables, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  ).toLowerCase()
  for (const name of names) {
    expect(inClear.includes(name.toLowerCase()), `invariant 10: ${name} lies sealed`).toBe(false)
  }
}
