import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readContact } from '../../../functions/contact/contacts.ts'
import { readAddress } from '../../../functions/contact/suppression.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { changePreferences } from '../../../functions/subscription/change-preferences.ts'
import { audited, brokenOf, vandal } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { live, subscriber } from '../../support/lives.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { policyWith } from '../../support/policies.ts'

/** What the audit has found, so that it stays mended. */
let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())
beforeEach(() => vandal(store).clear())

const method = 'preference-page'
const requests = async () => {}

describe('yes to one thing and an objection to everything in one request', () => {
  const wishes = { newsletter: 'given', 'direct-marketing': 'objected' } as const
  const suppressionsOf = async (contactId: string) => {
    const contact = await readContact(store.tables, contactId)
    return (await readAddress(store.tables, [contact?.addressKey ?? ''])).suppressions
  }

  test('suppresses the address of whoever had not objected', async () => {
    const id = await subscriber(store, { email: 'both@nordlys.example' })
    await changePreferences(store, id, { wishes, method, now: new Date() })
    expect(Object.keys(await suppressionsOf(id))).toEqual(['objection'])
    expect(brokenOf(await audited(store))).toEqual([])
  })

  test('lifts nothing from whoever had (CONS-16)', async () => {
    const id = await subscriber(store, { email: 'again@nordlys.example' })
    await object(store, id, { to: 'direct-marketing', now: new Date() })
    await changePreferences(store, id, { wishes, method, now: new Date() })
    expect(Object.keys(await suppressionsOf(id))).toEqual(['objection'])
    expect(brokenOf(await audited(store))).toEqual([])
  })
})

describe('everything stopped and taken back, and that once more', () => {
  test('gives back only the mark that the first undo had given back', async () => {
    const mailbox = { email: 'twice@nordlys.example' }
    await subscriber(store, mailbox)
    for (const kind of ['stop-all', 'undo', 'stop-all', 'undo'] as const) {
      await live(store, mailbox, { kind, topic: 'newsletter', wishes: {} })
    }
    expect(brokenOf(await audited(store))).toEqual([])
  })
})

describe('a membership of a topic that the policy has dropped', () => {
  test('goes with the person who is erased (RIGHT-11)', async () => {
    const id = await subscriber(store, { email: 'old@nordlys.example' }, ['newsletter', 'events'])
    const policy = policyWith(({ topics, imports, recipients }) => {
      delete topics.events
      delete imports.events
      for (const each of Object.values(recipients)) {
        each.receives = each.receives.filter((topic) => topic !== 'events')
      }
    })
    const today = { ...store, policy }
    const now = new Date()
    const request = await beginErasure(today, id, { requests, now })
    expect(brokenOf(await audited(today))).toEqual([])
    const erasure = { contactId: id, requestId: request?.id ?? '' }
    await fulfilErasure(today, erasure, { letters: requests, files: memoryFiles(), now })
    expect(brokenOf(await audited(today))).toEqual([])
  })
})
