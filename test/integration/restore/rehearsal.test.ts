import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tableEvent } from '../../../infra/local/stream-event.ts'
import { rehearse } from '../../rehearsal/rehearse.ts'
import { openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'
import { streamRecords } from '../../support/stream-records.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop?.stop())

/** What waits in the queue of requests, and what the ledger's stream tells. */
async function workOff(): Promise<void> {
  for (const message of await shop.drain('request')) await shop.deliver('fulfil-request', message)
  const records = await streamRecords(shop.local.dynamodb, shop.local.tables.ledger)
  const streamArn = 'arn:aws:dynamodb:eu-north-1:000000000000:table/Ledger/stream/local'
  for (let at = 0; at < records.length; at += 90) {
    await shop.invoke('journal', tableEvent(records.slice(at, at + 90), { streamArn }))
  }
}

it('RIGHT-13 a restored backup serves and mails nobody until its replay has run, and then revives nobody', async () => {
  const { books, local } = shop
  const bucket = local.env('journal').JOURNAL_BUCKET ?? ''
  const stage = {
    desk: {
      store: books.store,
      journal: { s3: local.s3, bucket },
      ssm: local.ssm,
      path: local.env('subscriber-api').RESTORE_PATH ?? '',
      clock: () => new Date(),
      settleMs: 0,
    },
    books,
    ask: shop.ask,
    replaceFunctions: async () => {
      await workOff()
      await shop.replaceFunctions()
    },
    until: async (done: () => Promise<boolean>) => {
      await workOff()
      if (!(await done())) throw new Error('it was not done')
    },
    whileWorking: async <Value>(work: Promise<Value>) => {
      let pending = true
      const ended = () => {
        pending = false
      }
      work.then(ended, ended)
      while (pending) {
        await workOff()
        await wait(200)
      }
      return work
    },
    keepsLetters: async (contactId: string) => {
      const outcome = await shop.deliver('send-letters', { kind: 'manage-contact', contactId })
      return outcome.kind !== 'result'
    },
  }
  const checks = await rehearse(stage)
  expect(checks.filter(({ holds }) => !holds)).toEqual([])
  expect(checks.length).toBeGreaterThan(15)
}, 120_000)
