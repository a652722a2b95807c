import * as fc from 'fast-check'
import * as v from 'valibot'
import { addressKeys, addressSchema } from '../../functions/contact/address.ts'
import { type ContactStore, readContact } from '../../functions/contact/contacts.ts'
import { readAddress } from '../../functions/contact/suppression.ts'
import { readTogether } from '../../functions/platform/table.ts'
import { noCampaign, undoToken } from '../../functions/platform/token-bodies.ts'
import { beginErasure, fulfilErasure } from '../../functions/rights/erase.ts'
import { object } from '../../functions/rights/object.ts'
import { changePreferences } from '../../functions/subscription/change-preferences.ts'
import { confirm } from '../../functions/subscription/confirm.ts'
import { signUp } from '../../functions/subscription/sign-up.ts'
import { undo } from '../../functions/subscription/undo.ts'
import { unsubscribe } from '../../functions/subscription/unsubscribe.ts'
import type { Wishes } from '../../functions/subscription/wishes.ts'
import { memoryFiles } from './memory-files.ts'

/** What one mailbox and its owner may do, one step after the other, through the product itself. */
const topics = ['newsletter', 'events', 'webinars'] as const
const stepKinds = ['form', 'confirm', 'one-click', 'stop-all', 'undo', 'prefer', 'object'] as const
export type Step =
  | { kind: (typeof stepKinds)[number]; topic: (typeof topics)[number]; wishes: Wishes }
  | { kind: 'erase'; half: boolean }

const wishes = fc.dictionary(
  fc.constantFrom(...topics, 'profiling', 'direct-marketing'),
  fc.constantFrom<Wishes[string]>('given', 'refused', 'withdrawn', 'objected', { paused: 30 }),
  { minKeys: 1, maxKeys: 3 },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom(...stepKinds),
      topic: fc.constantFrom(...topics),
      wishes,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase'), half: fc.boolean() }) },
)
export const anyLife = fc.array(step, { minLength: 2, maxLength: 10 })

export type Mailbox = { email: string; undo?: string; signUpId?: string }

const send = async () => {}

/** A sign-up of the shipped topics; its letter is not sent. */
export async function fillIn(
  store: ContactStore,
  mailbox: Mailbox,
  { asked, now }: { asked: string[]; now: Date },
): Promise<void> {
  const email = v.parse(addressSchema, mailbox.email)
  const form = {
    email,
    topics: asked,
    purposes: ['profiling'],
    form: 'test',
    name: 'Kari Nordmann',
  }
  const request = { ...form, company: '', title: '', phone: '', locale: 'nb' }
  await signUp({ store, letters: send, now }, request, { language: 'nb', network: 'n' })
  const [pk = ''] = addressKeys(email, await store.keys('address'))
  const [record] = await readTogether(store.tables.db, [
    { table: store.tables.main, key: { pk, sk: 'L' } },
  ])
  mailbox.signUpId = String(record?.latestSignUp)
}

async function contactIdOf(store: ContactStore, { email }: Mailbox): Promise<string | undefined> {
  const keys = addressKeys(v.parse(addressSchema, email), await store.keys('address'))
  return (await readAddress(store.tables, keys)).contactId
}

/** Signed up for these topics and confirmed: the contact's id. */
export async function subscriber(
  store: ContactStore,
  mailbox: Mailbox,
  asked: string[] = ['newsletter'],
): Promise<string> {
  await fillIn(store, mailbox, { asked, now: new Date() })
  const now = new Date()
  await confirm(store, { signUpId: mailbox.signUpId ?? '', keep: 'everything', now })
  const contactId = await contactIdOf(store, mailbox)
  if (contactId === undefined) throw new Error('nobody came of it')
  return contactId
}

export async function live(store: ContactStore, mailbox: Mailbox, todo: Step): Promise<void> {
  const now = new Date()
  if (todo.kind === 'form') return fillIn(store, mailbox, { asked: [todo.topic], now })
  if (todo.kind === 'confirm') {
    if (mailbox.signUpId === undefined) return
    await confirm(store, { signUpId: mailbox.signUpId, keep: 'everything', now })
    return
  }
  const contactId = await contactIdOf(store, mailbox)
  if (contactId === undefined) return
  if (todo.kind === 'erase') return erase(store, contactId, { half: todo.half, now })
  await act(store, { mailbox, contactId }, { todo, now })
}

async function act(
  store: ContactStore,
  { mailbox, contactId }: { mailbox: Mailbox; contactId: string },
  { todo, now }: { todo: Exclude<Step, { kind: 'erase' }>; now: Date },
): Promise<void> {
  const { kind, topic, wishes: wished } = todo
  if (kind === 'one-click' || kind === 'stop-all') {
    const token = { contactId, topic, campaign: noCampaign, keyRevoked: false }
    const scope = kind === 'stop-all' ? 'all' : 'topic'
    const done = await unsubscribe(store, { token, scope, method: 'one-click', now })
    if (done.undo !== undefined) mailbox.undo = done.undo
  }
  if (kind === 'undo' && mailbox.undo !== undefined) {
    const claims = await undoToken.open(store.keys, mailbox.undo, now)
    if (claims !== undefined) await undo(store, claims, { method: 'unsubscribe-page', now })
  }
  if (kind === 'prefer') {
    await changePreferences(store, contactId, { wishes: wished, method: 'preference-page', now })
  }
  if (kind === 'object') await object(store, contactId, { to: 'direct-marketing', now })
}

/** The whole erasure, or only what is done while the person waits. */
async function erase(
  store: ContactStore,
  contactId: string,
  { half, now }: { half: boolean; now: Date },
): Promise<void> {
  const request = await beginErasure(store, contactId, { requests: send, now })
  if (half || request === undefined) return
  if ((await readContact(store.tables, contactId)) === undefined) return
  await fulfilErasure(
    store,
    { contactId, requestId: request.id },
    { letters: send, files: memoryFiles(), now },
  )
}
