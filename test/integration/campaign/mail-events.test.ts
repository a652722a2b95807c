import { parse } from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteMailEvent } from '../../../functions/campaign/delivery.ts'
import { mailEvent } from '../../../functions/campaign/mail-event.ts'
import { decide } from '../../../functions/consent/decide.ts'
import { suppressionPk } from '../../../functions/consent/ledger.ts'
import { allMarketing } from '../../../functions/consent/policy.ts'
import { change } from '../../../functions/contact/change.ts'
import { standingOf } from '../../../functions/contact/contact.ts'
import {
  type ContactStore,
  readContact,
  readStanding,
} from '../../../functions/contact/contacts.ts'
import { addressItemKey } from '../../../functions/contact/suppression.ts'
import type { Identity } from '../../../functions/contact/vault.ts'
import { readMailbox } from '../../../functions/letters/mailbox.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { readPartition, readTogether } from '../../../functions/platform/table.ts'
import { lettersSection } from '../../../functions/rights/copy/letters-section.ts'
import { policy } from '../../../policy.ts'
import { act, dawn, given, later, withdrawn } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import {
  addressOf,
  brokenInvariants,
  create,
  entry,
  nextIdentity,
  tracesOf,
} from '../../support/people.ts'
import { bounceDetail, complaintDetail, sesEventBody, type Told } from '../../support/ses-events.ts'

let store: ContactStore & { stop: () => Promise<void> }
let lost = 0
const logged: unknown[] = []
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

/** One delivery of one event, `now` being the latest moment of the test unless said. */
async function told(event: Told, now = later(1000)): Promise<void> {
  const log = { info: (...line: unknown[]) => void logged.push(line), fault: () => {} }
  const desk = { ...store, clock: () => now, log, lost: () => void lost++, rejected: () => {} }
  await noteMailEvent(desk, parse(mailEvent, sesEventBody(event)))
}

type Person = { contactId: string; identity: Identity; email: string }
async function subscriber(): Promise<Person> {
  const identity = nextIdentity()
  const made = await create(store, { identity, changes: [given('newsletter'), given('events')] })
  if (made.kind !== 'created') throw new Error('nobody was made')
  return { contactId: made.contact.contactId, identity, email: identity.email }
}

const complains = (
  { email, contactId }: { email: string; contactId?: string },
  at: number,
  over: Record<string, unknown> = {},
): Told => ({
  type: 'Complaint',
  email,
  ...(contactId === undefined ? {} : { contactId }),
  at: later(at),
  sentAt: dawn,
  detail: complaintDetail(email, later(at), over),
})
const bounces = (email: string, at: number, over: Record<string, unknown> = {}): Told => ({
  type: 'Bounce',
  email,
  at: later(at),
  sentAt: dawn,
  detail: bounceDetail(email, later(at), over),
})

/** Their own double opt-in, which ends earlier refusals (CONS-16). */
const confirms = (contactId: string, requestedAt: number, at: number) =>
  change(store, contactId, () => ({
    at: later(at),
    liftSuppressions: true,
    entries: [
      entry(act('confirm', later(at), given('newsletter')), {
        actor: 'person',
        method: 'confirm-page',
        requestedAt: later(requestedAt).toISOString(),
      }),
    ],
  }))

const suppressionsOf = async (identity: Identity) => (await addressOf(store, identity)).suppressions
const may = async (contactId: string, purpose = 'newsletter') => {
  const standing = await readStanding(store, contactId)
  if (standing === undefined) throw new Error('there is no such contact')
  const { contact, address } = standing
  return decide(policy, standingOf(contact, address), purpose, later(1000)).may
}
async function listedIn(identity: Identity): Promise<unknown[]> {
  const { addressKey } = await addressOf(store, identity)
  const listed: unknown[] = []
  for await (const item of readPartition(
    store.tables.db,
    store.tables.ledger,
    suppressionPk(addressKey),
  )) {
    if (item.addressKey === addressKey) listed.push(item.kind)
  }
  return listed
}
const expectSound = async (contactId: string) =>
  expect(await brokenInvariants(store, contactId, later(1000))).toEqual([])

describe('SEND-04 a complaint', () => {
  it.each(['eventType', 'notificationType'] as const)(
    'is an objection to everything at once, told as %s: choices, memberships, history, feed, address',
    async (shape) => {
      const { contactId, identity, email } = await subscriber()
      await told({ ...complains({ email, contactId }, 10), shape })

      const { choices, memberships, entries, feed } = await tracesOf(store, contactId)
      for (const purpose of allMarketing(policy)) expect(choices[purpose]?.state).toBe('objected')
      expect(memberships).toEqual({})
      expect(entries.at(-1)).toMatchObject({
        kind: 'complaint',
        at: later(10),
        evidence: { actor: 'mailbox-provider', method: 'mail-event' },
      })
      expect(feed).toHaveLength(1)
      expect(feed[0]?.purposes).toEqual(expect.arrayContaining(['newsletter', 'events']))
      expect(await suppressionsOf(identity)).toEqual({ complaint: later(10) })
      expect(await listedIn(identity)).toEqual(['complaint'])
      await expectSound(contactId)
    },
  )

  it('SEND-05 heard again writes nothing', async () => {
    const { contactId, identity, email } = await subscriber()
    await told(complains({ email, contactId }, 10))
    const before = await tracesOf(store, contactId)
    await told(complains({ email, contactId }, 10), later(2000))
    await told({ ...complains({ email }, 10), shape: 'notificationType' }, later(3000))

    expect(await tracesOf(store, contactId)).toEqual(before)
    expect(await listedIn(identity)).toEqual(['complaint'])
  })

  it('SEND-05, CONS-16 ends in the same before and after a later double opt-in', async () => {
    const [inTime, late] = [await subscriber(), await subscriber()]
    await told(complains(inTime, 10))
    await confirms(inTime.contactId, 20, 30)
    await confirms(late.contactId, 20, 30)
    await told(complains(late, 10))

    for (const { contactId, identity } of [inTime, late]) {
      expect(await suppressionsOf(identity)).toEqual({})
      expect([await may(contactId), await may(contactId, 'events')]).toEqual([true, false])
      await expectSound(contactId)
    }
  })

  it('is not lifted by a confirmation whose form is older, though it arrives after the press', async () => {
    const { contactId, identity, email } = await subscriber()
    await confirms(contactId, 5, 30)
    await told(complains({ email, contactId }, 10))

    expect(await suppressionsOf(identity)).toEqual({ complaint: later(10) })
    expect(await may(contactId)).toBe(false)
    await expectSound(contactId)
  })

  it('goes before a later stop and undoes nothing of it', async () => {
    const { contactId, email } = await subscriber()
    await change(store, contactId, () => ({
      at: later(20),
      entries: [entry(act('withdraw', later(20), withdrawn('newsletter')))],
    }))
    await told(complains({ email, contactId }, 10))

    const { choices } = await tracesOf(store, contactId)
    expect([choices.newsletter?.state, choices.events?.state]).toEqual(['withdrawn', 'objected'])
    await expectSound(contactId)
  })

  it('about a letter to somebody without a contact still suppresses, and makes nobody', async () => {
    const identity = nextIdentity()
    await told(complains({ email: identity.email }, 10))
    await told(complains({ email: identity.email }, 5))
    await told(complains({ email: identity.email }, 10))

    const address = await addressOf(store, identity)
    expect(address).toMatchObject({ suppressions: { complaint: later(10) } })
    expect(address.contactId).toBeUndefined()
    expect(await listedIn(identity)).toEqual(['complaint'])
  })

  it('RIGHT-13 about somebody who was erased brings nothing back but the suppression', async () => {
    const [contactId, identity] = [randomId(), nextIdentity()]
    await told(complains({ email: identity.email, contactId }, 10))

    expect(await readContact(store.tables, contactId)).toBeUndefined()
    expect((await tracesOf(store, contactId)).entries).toEqual([])
    const { addressKey } = await addressOf(store, identity)
    const [item] = await readTogether(store.tables.db, [
      { table: store.tables.main, key: addressItemKey(addressKey) },
    ])
    expect(Object.keys(item ?? {}).sort()).toEqual(['pk', 'sk', 'suppressed:complaint'])
  })

  it('reaches the contact and the mailbox, where the person has moved to another since', async () => {
    const { contactId, identity, email } = await subscriber()
    const moved = nextIdentity()
    const to = await addressOf(store, moved)
    await change(store, contactId, () => ({
      at: later(5),
      entries: [],
      identity: moved,
      moveTo: to,
    }))
    await told(complains({ email, contactId }, 10))

    expect(await may(contactId)).toBe(false)
    expect(await suppressionsOf(moved)).toEqual({ complaint: later(10) })
    expect(await suppressionsOf(identity)).toEqual({ complaint: later(10) })
    await expectSound(contactId)
  })

  it('with a wrong or foreign tag falls back to the mailbox', async () => {
    const { contactId, email } = await subscriber()
    await told(complains({ email, contactId: 'x'.repeat(300) }, 10))
    expect(await may(contactId)).toBe(false)
  })

  it('that the provider takes back (not-spam) is no objection', async () => {
    const { contactId, identity, email } = await subscriber()
    await told(complains({ email, contactId }, 10, { complaintFeedbackType: 'not-spam' }))
    expect(await may(contactId)).toBe(true)
    expect(await suppressionsOf(identity)).toEqual({})
  })

  it('from the future counts as of now, so that the person can come back', async () => {
    const { contactId, identity, email } = await subscriber()
    await told(complains({ email, contactId }, 1_000_000_000), later(50))
    expect(await suppressionsOf(identity)).toEqual({ complaint: later(50) })
  })

  it('that SES only remembers is news to us once, and none to who has come back since', async () => {
    const { contactId, email } = await subscriber()
    const remembered = { complaintSubType: 'OnAccountSuppressionList' }
    await told(complains({ email, contactId }, 10, remembered))
    expect(await may(contactId)).toBe(false)
    await confirms(contactId, 20, 30)
    await told(complains({ email, contactId }, 40, remembered))
    expect(await may(contactId)).toBe(true)
    await told(complains({ email, contactId }, 50))
    expect(await may(contactId)).toBe(false)
  })
})

describe('SEND-04 a permanent bounce', () => {
  it('keeps the mailbox from being mailed and says nothing of what the person wants', async () => {
    const { contactId, identity, email } = await subscriber()
    await told(bounces(email, 10))

    const { choices, memberships, entries, feed } = await tracesOf(store, contactId)
    expect([choices.newsletter?.state, choices.events?.state]).toEqual(['given', 'given'])
    expect([memberships, entries.length]).toEqual([{}, 1])
    expect(feed[0]?.purposes).toEqual(expect.arrayContaining(['newsletter', 'events']))
    expect(await suppressionsOf(identity)).toEqual({ bounce: later(10) })
    expect((await readContact(store.tables, contactId))?.actedAt).toBe(dawn.toISOString())
    await expectSound(contactId)
  })

  it('SEND-05 heard twice is one, of the latest date', async () => {
    const { identity, email } = await subscriber()
    for (const at of [10, 20, 20, 5]) await told(bounces(email, at))
    expect(await suppressionsOf(identity)).toEqual({ bounce: later(20) })
    expect(await listedIn(identity)).toEqual(['bounce', 'bounce'])
  })

  it.each([
    ['first the bounce', ['bounce', 'complaint']],
    ['first the complaint', ['complaint', 'bounce']],
  ])(
    'and a complaint stand side by side, and coming back ends only the one: %s',
    async (_, order) => {
      const { contactId, identity, email } = await subscriber()
      for (const kind of order) {
        await told(kind === 'bounce' ? bounces(email, 10) : complains({ email, contactId }, 12))
      }
      expect(await suppressionsOf(identity)).toEqual({ bounce: later(10), complaint: later(12) })
      await confirms(contactId, 20, 30)
      expect(await suppressionsOf(identity)).toEqual({ bounce: later(10) })
      expect(await may(contactId)).toBe(false)
      await expectSound(contactId)
    },
  )

  it('of a mailbox that nobody has confirmed is kept by its hash alone', async () => {
    const identity = nextIdentity()
    await told(bounces(identity.email, 10))
    expect(await addressOf(store, identity)).toMatchObject({ suppressions: { bounce: later(10) } })
  })

  it('behind a forwarding is of the mailbox that we wrote to, not of the one it names', async () => {
    const [ours, theirs] = [await subscriber(), await subscriber()]
    const bouncedRecipients = [{ emailAddress: theirs.email }]
    await told(bounces(ours.email, 10, { bouncedRecipients }))
    expect(await suppressionsOf(ours.identity)).toEqual({ bounce: later(10) })
    expect(await suppressionsOf(theirs.identity)).toEqual({})
  })
})

describe('what has no effect on its own', () => {
  it.each(['Transient', 'Undetermined'])(
    'a bounce that is %s is counted, each once',
    async (bounceType) => {
      const { contactId, identity, email } = await subscriber()
      for (const at of [30, 10, 30, 20]) await told(bounces(email, at, { bounceType }))

      expect(await may(contactId)).toBe(true)
      expect(await suppressionsOf(identity)).toEqual({})
      const { addressKey } = await addressOf(store, identity)
      const { softBounces } = await readMailbox(store.tables, addressKey)
      expect(softBounces).toEqual({ count: 3, at: later(30) })
      const copied: unknown[] = []
      for await (const row of lettersSection(store.tables, addressKey).rows) copied.push(row)
      const time = later(30).toISOString()
      expect(copied).toEqual([{ letter: 'undelivered', at: time, letters: 3 }])
    },
  )

  it.each(['Send', 'Delivery', 'DeliveryDelay', 'Subscription'])('%s', async (type) => {
    const { contactId, email } = await subscriber()
    const before = await tracesOf(store, contactId)
    await told({
      type,
      email,
      contactId,
      at: later(10),
      detail: { delivery: { timestamp: later(10).toISOString() } },
    })
    expect(await tracesOf(store, contactId)).toEqual(before)
  })

  it.each(['Reject', 'Rendering Failure', 'RenderingFailure'])(
    '%s is counted as a mail that is lost',
    async (type) => {
      const before = lost
      await told({ type, email: nextIdentity().email, at: later(10) })
      expect(lost).toBe(before + 1)
    },
  )

  it('SEC-14 the log holds kinds alone', () => {
    for (const line of logged) {
      expect(JSON.stringify(line)).toMatch(
        /^\["a mail event",\{"kind":"[\w ]+","outcome":"[\w-]+"\}\]$/,
      )
    }
  })
})
