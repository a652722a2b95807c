import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contactPk, suppressionPk } from '../../../functions/consent/ledger.ts'
import { membershipPk, shardOf } from '../../../functions/contact/membership.ts'
import { readAddress } from '../../../functions/contact/suppression.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { audited, brokenOf, vandal } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { fillIn, type Mailbox, subscriber } from '../../support/lives.ts'
import { memoryFiles } from '../../support/memory-files.ts'

/** One violation after the other, written straight into the tables: each must be found, by its name. */
let store: Awaited<ReturnType<typeof startContactStore>>
let hand: ReturnType<typeof vandal>
let mailbox: Mailbox
let id: string
let other: string
let planted = 0

beforeAll(async () => {
  store = await startContactStore()
  hand = vandal(store)
})
afterAll(() => store.stop())
beforeEach(async () => {
  await hand.clear()
  planted += 1
  mailbox = { email: `planted-${planted}@nordlys.example` }
  id = await subscriber(store, mailbox)
  other = await subscriber(store, { email: `other-${planted}@nordlys.example` })
})

const found = async (): Promise<string[]> => brokenOf(await audited(store))

const contactKey = (contactId: string) => ({ pk: contactPk(contactId), sk: 'C' })
const membershipKey = (contactId: string, topic = 'newsletter') => ({
  pk: membershipPk(topic, shardOf(contactId)),
  sk: contactId,
})
const addressKeyOf = async (contactId: string) =>
  String((await hand.read('main', contactKey(contactId))).addressKey)
const addressItem = async (contactId: string) => ({ pk: await addressKeyOf(contactId), sk: 'A' })
const choice = async () =>
  (await hand.read('main', contactKey(id)))['choice:newsletter'] as Record<string, unknown>
const setChoice = async (over: object, purpose = 'newsletter') =>
  hand.set('main', contactKey(id), `choice:${purpose}`, { ...(await choice()), ...over })
const entryKey = async () => ({ pk: contactPk(id), sk: String((await choice()).ledgerId) })
const requests = async () => {}

describe('invariant 1: a membership stands exactly where the decision is yes', () => {
  test('a membership that is gone', async () => {
    await hand.remove('main', membershipKey(id))
    expect(await found()).toEqual([
      `1: no membership where the decision is yes: C#${id} newsletter`,
    ])
  })

  test('a membership that nobody wants', async () => {
    const item = await hand.read('main', membershipKey(id))
    await hand.put('main', { ...item, ...membershipKey(id, 'events') })
    expect(await found()).toEqual([
      `1: membership where the decision is no: C#${id} events`,
      `1: membership of another choice: C#${id} events`,
    ])
  })

  test('a membership that an objection has not removed', async () => {
    const item = await hand.read('main', membershipKey(id))
    await object(store, id, { to: 'direct-marketing', now: new Date() })
    await hand.put('main', item)
    expect(await found()).toContain(`1: membership where the decision is no: C#${id} newsletter`)
  })

  test('a membership of no contact, and one in another shard', async () => {
    const nobody = '00000000-0000-4000-8000-000000000001'
    const item = await hand.read('main', membershipKey(id))
    await hand.put('main', { ...item, ...membershipKey(nobody) })
    expect(await found()).toEqual([`1: membership of no contact: C#${nobody} newsletter`])
    await hand.remove('main', membershipKey(nobody))
    const shard = (Number(shardOf(id)) + 1) % 64
    const pk = membershipPk('newsletter', String(shard).padStart(2, '0'))
    await hand.put('main', { ...item, pk })
    expect(await found()).toEqual([`1: membership in another shard: C#${id} newsletter`])
  })

  test('a membership of a dropped topic that was turned off', async () => {
    const item = await hand.read('main', membershipKey(id))
    await hand.put('main', { ...item, ...membershipKey(id, 'gossip') })
    expect(await found()).toEqual([`1: membership where the decision is no: C#${id} gossip`])
  })

  test('a membership with another language, another choice, or no membership at all', async () => {
    await hand.set('main', membershipKey(id), 'language', 'en')
    await hand.set('main', membershipKey(id), 'choice', { ...(await choice()), noticeVersion: 7 })
    expect(await found()).toEqual([
      `1: membership of another choice: C#${id} newsletter`,
      `1: membership of another language: C#${id} newsletter`,
    ])
    await hand.unset('main', membershipKey(id), 'choice')
    expect(await found()).toEqual([`1: unreadable membership: C#${id} newsletter`])
  })

  test('a membership sealed for somebody else, and one with an older name', async () => {
    const { sealed } = await hand.read('main', membershipKey(other))
    const own = await hand.read('main', membershipKey(id))
    await hand.set('main', membershipKey(id), 'sealed', sealed)
    expect(await found()).toEqual([`1: membership that does not open: C#${id} newsletter`])
    await fillIn(store, mailbox, { asked: ['events'], now: new Date() })
    await hand.put('main', own)
    expect(await found()).toEqual([])
  })
})

describe('invariant 2: the choices are the fold of the ledger', () => {
  test('a choice that was turned up behind the ledger’s back', async () => {
    const given = await choice()
    await hand.set('main', contactKey(id), 'choice:events', given)
    await hand.put('main', {
      ...(await hand.read('main', membershipKey(id))),
      ...membershipKey(id, 'events'),
    })
    expect(await found()).toEqual([`2: choice without a history: C#${id} events`])
  })

  test('another state, basis, date and rank than the ledger tells', async () => {
    await setChoice({ state: 'withdrawn' })
    expect(await found()).toContain(`2: another state than its history: C#${id} newsletter`)
    await setChoice({ state: 'given', basis: 'legitimate_interest' })
    expect(await found()).toContain(`2: another basis than its history: C#${id} newsletter`)
    await setChoice({ basis: 'consent', at: '2026-01-01T00:00:00.000Z' })
    expect(await found()).toContain(`2: another date than its history: C#${id} newsletter`)
    await setChoice({ rank: `1${'9'.repeat(30)}` })
    expect(await found()).toContain(`2: another rank than its history: C#${id} newsletter`)
    await setChoice({ ledgerId: orderedId(new Date()) })
    expect(await found()).toContain(`2: another entry than its history: C#${id} newsletter`)
  })

  test('an entry that was rewritten, one that was removed, one that was slipped in', async () => {
    const key = await entryKey()
    const entry = await hand.read('ledger', key)
    const changes = [{ purpose: 'events', state: 'given', basis: 'consent' }]
    await hand.set('ledger', key, 'changes', changes)
    expect(await found()).toContain(`2: history without a choice: C#${id} events`)
    await hand.remove('ledger', key)
    expect(await found()).toContain(`2: choice without a history: C#${id} newsletter`)
    await hand.put('ledger', entry)
    expect(await found()).toEqual([])
    const at = new Date(Date.now() + 1000)
    await hand.put('ledger', { ...entry, sk: orderedId(at), at: at.toISOString() })
    expect(await found()).toContain(`2: another entry than its history: C#${id} newsletter`)
  })

  test('what no longer reads as a contact or an entry', async () => {
    await hand.set('ledger', await entryKey(), 'kind', 'forged')
    expect(await found()).toContain(`2: unreadable ledger entry: C#${id}`)
    await hand.unset('main', contactKey(id), 'revision')
    expect(await found()).toContain(`2: unreadable contact: C#${id} C`)
  })
})

describe('invariant 4: a key lives exactly as long as what it seals', () => {
  test('a contact without its key, and one whose key is another’s', async () => {
    const key = { pk: contactPk(id) }
    await hand.remove('keys', key)
    expect(await found()).toEqual([`4: contact without its key: C#${id}`])
    const { wrapped } = await hand.read('keys', { pk: contactPk(other) })
    await hand.put('keys', { ...key, wrapped })
    expect(await found()).toEqual([`4: key that does not open its contact: C#${id}`])
  })

  test('a key that has outlived an erased person', async () => {
    const key = await hand.read('keys', { pk: contactPk(id) })
    const request = await beginErasure(store, id, { requests, now: new Date() })
    const requestId = request?.id ?? ''
    await fulfilErasure(
      store,
      { contactId: id, requestId },
      { letters: requests, files: memoryFiles(), now: new Date() },
    )
    expect(await found()).toEqual([])
    await hand.put('keys', key)
    expect(await found()).toEqual([`4: key of nothing that is sealed: C#${id}`])
    await hand.remove('keys', { pk: `L#${requestId}` })
    expect(await found()).toContain(`4: letter without its key: L#${requestId}`)
  })

  test('a pending sign-up without its key, a confirmed one with it', async () => {
    await fillIn(store, mailbox, { asked: ['events'], now: new Date() })
    const { signUpId = '' } = mailbox
    const key = await hand.read('keys', { pk: `S#${signUpId}` })
    await hand.remove('keys', { pk: `S#${signUpId}` })
    expect(await found()).toEqual([`4: sign-up without its key: S#${signUpId}`])
    await hand.put('keys', key)
    await hand.unset('main', { pk: `S#${signUpId}`, sk: 'S' }, 'sealed')
    expect(await found()).toEqual([`4: key of nothing that is sealed: S#${signUpId}`])
  })

  test('TTL deletes late and one of two first: that is no violation', async () => {
    await fillIn(store, mailbox, { asked: ['events'], now: new Date() })
    const pk = `S#${mailbox.signUpId}`
    await hand.remove('keys', { pk })
    const now = new Date(Date.now() + 8 * 86_400_000)
    const late = brokenOf(await audited(store, { now }))
    expect(late.filter((line) => line.includes(pk))).toEqual([])
  })

  test('a key of something unheard of', async () => {
    const { wrapped } = await hand.read('keys', { pk: contactPk(id) })
    await hand.put('keys', { pk: `Z#${id}`, wrapped })
    expect(await found()).toEqual([`4: key of an unknown kind: Z#${id}`])
  })
})

describe('invariant 5: an address has one contact, an erased one none', () => {
  test('an address that leads nowhere, or to another contact', async () => {
    const key = await addressItem(id)
    await hand.unset('main', key, 'contactId')
    expect(await found()).toEqual([`5: contact whose address leads nowhere: C#${id}`])
    await hand.set('main', key, 'contactId', other)
    expect((await found()).sort()).toEqual([
      `5: address of a contact that has another: ${key.pk}`,
      `5: contact whose address leads to another: C#${id}`,
    ])
  })

  test('a contact under the hash of another address', async () => {
    const theirs = await addressItem(other)
    await hand.set('main', contactKey(id), 'addressKey', theirs.pk)
    expect(await found()).toContain(`5: contact under the hash of another address: C#${id}`)
    expect(await found()).toContain(`5: contact whose address leads to another: C#${id}`)
  })

  test('an address that still names an erased person', async () => {
    const key = await addressItem(id)
    const request = await beginErasure(store, id, { requests, now: new Date() })
    const erasure = { contactId: id, requestId: request?.id ?? '' }
    await fulfilErasure(store, erasure, {
      letters: requests,
      files: memoryFiles(),
      now: new Date(),
    })
    await hand.set('main', key, 'contactId', id)
    expect(await found()).toEqual([`5: address of a contact that is gone: ${key.pk}`])
    await hand.set('main', key, 'contactId', other)
    expect(await found()).toContain(`5: erased address with a contact: ${key.pk}`)
  })

  test('a suppression that cannot be read', async () => {
    const key = await addressItem(id)
    await hand.set('main', key, 'suppressed:objection', 'yes')
    expect(await found()).toContain(`5: unreadable address: ${key.pk}`)
  })
})

describe('invariant 6: a refusal of everything suppresses the address and is in the ledger', () => {
  const listed = async (addressKey: string, at: string) => {
    const pk = suppressionPk(addressKey)
    const items = await store.tables.db.send(
      new QueryCommand({
        TableName: store.tables.ledger,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: {
          ':pk': { S: pk },
          ':sk': { S: orderedId(new Date(at)).slice(0, 13) },
        },
      }),
    )
    return { pk, sk: items.Items?.find((item) => item.addressKey?.S === addressKey)?.sk?.S ?? '' }
  }

  test('an objection whose ledger entry is gone', async () => {
    const now = new Date()
    await object(store, id, { to: 'direct-marketing', now })
    const { pk } = await addressItem(id)
    expect(await found()).toEqual([])
    await hand.remove('ledger', await listed(pk, now.toISOString()))
    expect(await found()).toEqual([`6: objection that is not in the ledger: ${pk}`])
  })

  test('an objection that the address no longer knows', async () => {
    const now = new Date()
    await object(store, id, { to: 'direct-marketing', now })
    const key = await addressItem(id)
    const entry = await listed(key.pk, now.toISOString())
    await hand.unset('main', key, 'suppressed:objection')
    expect(await found()).toEqual([
      `6: objection that does not suppress the address: C#${id}`,
      `6: objection of which the address knows nothing: ${entry.pk} ${entry.sk}`,
    ])
  })

  test('an erasure that the address forgot after the person was gone', async () => {
    const key = await addressItem(id)
    const now = new Date()
    const request = await beginErasure(store, id, { requests, now })
    const erasure = { contactId: id, requestId: request?.id ?? '' }
    await fulfilErasure(store, erasure, { letters: requests, files: memoryFiles(), now })
    const entry = await listed(key.pk, now.toISOString())
    await hand.remove('main', key)
    expect(await found()).toEqual([
      `6: erasure of which the address knows nothing: ${entry.pk} ${entry.sk}`,
    ])
  })

  test('a later double opt-in of the person lifts it: that is no violation', async () => {
    await object(store, id, { to: 'direct-marketing', now: new Date() })
    const { pk } = await addressItem(id)
    await subscriber(store, mailbox)
    const { suppressions } = await readAddress(store.tables, [pk])
    expect(suppressions).toEqual({})
    expect(await found()).toEqual([])
  })

  test('a complaint of the history, and a listing that cannot be read', async () => {
    const entry = await hand.read('ledger', await entryKey())
    const at = new Date(Date.now() + 1000)
    const changes = [{ purpose: 'newsletter', state: 'objected' }]
    await hand.put('ledger', {
      ...entry,
      sk: orderedId(at),
      at: at.toISOString(),
      kind: 'complaint',
      changes,
    })
    expect(await found()).toContain(`6: complaint that does not suppress the address: C#${id}`)
    await hand.put('ledger', { pk: 'S#3', sk: `broken ${id}`, kind: 'whim' })
    expect(await found()).toContain(`6: unreadable suppression: S#3 broken ${id}`)
  })
})

describe('invariant 9: no yes without the person or recorded evidence', () => {
  test.each([
    [
      'an import that says nothing of where it comes from',
      { kind: 'import', evidence: { actor: 'import', method: 'import' } },
    ],
    ['staff who confirm in somebody’s name', { evidence: { actor: 'staff', method: 'staff' } }],
    ['a yes by an act that gives none', { kind: 'expire' }],
    [
      'an undo of what never was',
      { kind: 'undo', evidence: { actor: 'person', method: 'unsubscribe-page' } },
    ],
  ])('%s', async (_, over) => {
    await hand.put('ledger', { ...(await hand.read('ledger', await entryKey())), ...over })
    expect(await found()).toContain(`9: yes without evidence: C#${id} newsletter`)
  })

  test('a yes whose entry is gone', async () => {
    await hand.remove('ledger', await entryKey())
    expect(await found()).toContain(`9: yes without evidence: C#${id} newsletter`)
  })
})

describe('invariant 10: no identity outside a seal, nothing past its time', () => {
  test.each([
    ['an address in any attribute', 'note', 'write to kari@nordlys.example', 'note'],
    ['a name', 'name', 'Kari Nordmann', 'name'],
    ['a telephone number', 'reachable', '+47 22 22 22 22', 'reachable'],
    [
      'an address deep inside',
      'details',
      { list: ['x', 'kari@nordlys.example'] },
      'details.list.*',
    ],
    ['an address as the name of something', 'seen', { 'kari@nordlys.example': 1 }, 'seen.*'],
    ['a seal that is none', 'sealed', Buffer.from('{"email":"kari"}'), 'sealed'],
  ])('%s (SEC-14: by place, never by value)', async (_, attribute, value, place) => {
    await hand.set('main', contactKey(id), attribute, value)
    const lines = await found()
    expect(lines).toContain(`10: in clear: ${place}: C#${id} C`)
    expect(lines.join('\n')).not.toMatch(/kari|Nordmann|22 22/i)
  })

  test('the ledger and the keys are looked at too', async () => {
    await hand.set('ledger', await entryKey(), 'ip', '192.0.2.1')
    await hand.set('keys', { pk: contactPk(id) }, 'owner', 'kari@nordlys.example')
    const lines = await found()
    expect(lines).toContain(`10: in clear: ip: C#${id} ${(await entryKey()).sk}`)
    expect(lines).toContain(`10: in clear: owner: C#${id}`)
  })

  test('an address as the key of an item is found and not repeated (SEC-14)', async () => {
    await hand.put('main', { pk: 'Z#kari@nordlys.example', sk: id })
    const lines = await found()
    expect(lines).toEqual([`10: in clear: pk: (withheld) ${id}`])
    await hand.remove('main', { pk: 'Z#kari@nordlys.example', sk: id })
  })

  test('what should have been deleted two days ago', async () => {
    const pk = `L#${id}`
    const now = new Date(Date.now() + 10 * 86_400_000)
    const inAnHour = Math.floor(Date.now() / 1000) + 3600
    await hand.put('main', { pk, sk: 'newsletter', ttl: inAnHour })
    const late = async (at: Date) =>
      brokenOf(await audited(store, { now: at })).filter((line) => line.includes(pk))
    expect(await late(new Date((inAnHour + 47 * 3600) * 1000))).toEqual([])
    expect(await late(now)).toEqual([`10: past its time: ${pk} newsletter`])
  })
})

test('more suspects than are kept at a time are judged as they come, and all are counted', async () => {
  await hand.clear()
  const items = Array.from({ length: 1100 }, (_, index) => ({
    pk: `Z#${index}`,
    sk: 'Z',
    name: 'x',
  }))
  for (let start = 0; start < items.length; start += 50) {
    await Promise.all(items.slice(start, start + 50).map((item) => hand.put('main', item)))
  }
  const report = await audited(store)
  const ten = report.invariants.find(({ invariant }) => invariant === 10)
  expect(ten).toMatchObject({ checked: 1100, broken: 1100 })
  expect(ten?.examples).toHaveLength(20)
})
