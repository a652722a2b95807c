import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audited, brokenOf } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { anyLife, live, type Mailbox, subscriber } from '../../support/lives.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

let mailboxes = 0
const nextMailbox = (): Mailbox => ({ email: `life-${mailboxes++}@nordlys.example` })

describe('the audit of a healthy installation', () => {
  test('nothing is broken after random lives, however they went (design §12)', async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async (steps) => {
        const mailbox = nextMailbox()
        for (const step of steps) await live(store, mailbox, step)
        const report = await audited(store)
        expect(brokenOf(report)).toEqual([])
        expect(report).toMatchObject({ clean: true, unsettled: 0 })
      }),
      { numRuns: 40, endOnFailure: true },
    )
  }, 120_000)

  test('while everybody writes, nobody is called broken (design §12)', async () => {
    const people = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const mailbox = nextMailbox()
        await subscriber(store, mailbox, ['newsletter', 'events'])
        return mailbox
      }),
    )
    const acts = ['one-click', 'undo', 'prefer', 'form', 'confirm', 'stop-all', 'object'] as const
    let busy = people.length
    const writing = people.map(async (mailbox, index) => {
      for (let turn = index; turn < index + 56; turn++) {
        const kind = acts[turn % acts.length] ?? 'form'
        const topic = turn % 2 === 0 ? 'newsletter' : 'events'
        await live(store, mailbox, { kind, topic, wishes: { [topic]: 'given' } })
      }
      busy -= 1
    })
    let audits = 0
    for (; busy > 0; audits++) expect(brokenOf(await audited(store))).toEqual([])
    expect(audits).toBeGreaterThan(0)
    await Promise.all(writing)
    expect(await audited(store)).toMatchObject({ clean: true, unsettled: 0 })
  }, 120_000)

  test('what was not reached is said and not passed', async () => {
    const { invariants } = await audited(store)
    expect(invariants.filter(({ invariant }) => invariant === 3)).toMatchObject([
      { checked: 0, note: 'the bucket was not reached' },
    ])
    expect(invariants.filter(({ checked }) => checked === 0).map((each) => each.invariant)).toEqual(
      [3, 7, 8],
    )
  })
})
