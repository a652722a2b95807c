import { parse } from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noteMailEvent } from '../../../functions/campaign/delivery.ts'
import { mailEvent } from '../../../functions/campaign/mail-event.ts'
import { readContact, readOpenContact } from '../../../functions/contact/contacts.ts'
import { noteRequestLetter } from '../../../functions/contact/request-letters.ts'
import { type RequestLetterName, readRequest } from '../../../functions/contact/request-record.ts'
import type { LetterMessage } from '../../../functions/letters/letter-message.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { requestsSection } from '../../../functions/rights/copy/requests-section.ts'
import type { RegisterDesk } from '../../../functions/rights/register-desk.ts'
import { registerRequest } from '../../../functions/rights/register-entry.ts'
import { takeStep } from '../../../functions/rights/register-step.ts'
import { registerView } from '../../../functions/rights/register-view.ts'
import { given } from '../../support/acts.ts'
import { create, nextIdentity } from '../../support/people.ts'
import { bounceDetail, complaintDetail, sesEventBody, type Told } from '../../support/ses-events.ts'
import { openPostOffice, type PostOffice } from '../letters/post-office.ts'

let office: PostOffice
let desk: RegisterDesk
const waiting: LetterMessage[] = []
/** The tags of each mail: the local SES does not keep them. */
const tags: Record<string, string>[] = []
beforeAll(async () => {
  office = await openPostOffice()
  desk = {
    ...office.store,
    letters: async (message) => void waiting.push(message),
    requests: async () => {},
    log: { info: () => {}, fault: () => {} },
    clock: () => office.time.now,
  }
})
afterAll(() => office.stop())
beforeEach(() => {
  office.time.now = new Date()
  office.wire.mailer = async (mail) => {
    tags.push({ ...mail.tags })
    await office.ses(mail)
  }
})

type Asked = { id: string; email: string; contactId: string }
/** Kari asks for her copy by telephone, and her letters leave. */
async function asked(): Promise<Asked> {
  const identity = nextIdentity()
  const { now } = office.time
  const made = await create(office.store, { identity, at: now, changes: [given('newsletter')] })
  if (made.kind !== 'created') throw new Error('nobody was made')
  const { email } = identity
  const entry = { kind: 'access', came: 'phone', email, check: 'called-back' } as const
  const outcome = await registerRequest(desk, 'berit', entry)
  if (outcome.kind !== 'registered') throw new Error(outcome.kind)
  await deliver()
  return { id: outcome.request.id, email, contactId: made.contact.contactId }
}
async function deliver(): Promise<void> {
  for (const message of waiting.splice(0)) await office.deliver(message)
}
async function extended(): Promise<Asked> {
  const kari = await asked()
  const step = { step: 'extend', reasons: 'Arkivet er i tre hus' } as const
  await takeStep(desk, { id: kari.id, staff: 'berit' }, step)
  await deliver()
  return kari
}

/** What SES says of the letter, as it hands our own tags back. */
async function says(
  { id, email }: Asked,
  letter: RequestLetterName,
  { type, detail }: Pick<Told, 'type' | 'detail'>,
): Promise<void> {
  const own = tags.find((each) => each.request === id && each.letter === letter)
  if (own === undefined) throw new Error('no such letter has left')
  const handed = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, [value]]))
  const { now } = office.time
  const body = sesEventBody({ type, email, at: now, tags: handed, ...(detail && { detail }) })
  const log = { info: () => {}, fault: () => {} }
  const events = { ...office.store, clock: () => now, log, lost: () => {}, rejected: () => {} }
  await noteMailEvent(events, parse(mailEvent, body))
}
const arrives = () => ({
  type: 'Delivery',
  detail: { delivery: { timestamp: office.time.now.toISOString() } },
})
const bounces = ({ email }: Asked, bounceType = 'Permanent') => ({
  type: 'Bounce',
  detail: bounceDetail(email, office.time.now, { bounceType }),
})

/** As `GET /staff/requests` shows them. */
async function shown(id: string): Promise<Record<string, string>> {
  const request = await readRequest(office.store.tables, id, office.time.now)
  if (request === undefined) throw new Error('there is no such request')
  const { letters = {} } = registerView(request) as {
    letters?: Record<string, { outcome: string }>
  }
  return Object.fromEntries(Object.entries(letters).map(([name, { outcome }]) => [name, outcome]))
}

describe('RIGHT-02 the register says of each letter about a request', () => {
  it('that it is not known to have arrived, then that it has', async () => {
    const kari = await extended()
    expect(await shown(kari.id)).toEqual({ received: 'not-known', extension: 'not-known' })
    await says(kari, 'extension', arrives())
    expect(await shown(kari.id)).toEqual({ received: 'not-known', extension: 'delivered' })
    await says(kari, 'received', { type: 'Send' })
    await says(kari, 'received', { type: 'DeliveryDelay' })
    expect(await shown(kari.id)).toEqual({ received: 'not-known', extension: 'delivered' })
  })

  it('that it came back, whichever word of SES comes first, and however often', async () => {
    const orders = [
      (kari: Asked) => [arrives(), bounces(kari)],
      (kari: Asked) => [bounces(kari), bounces(kari), arrives()],
    ]
    for (const order of orders) {
      const kari = await extended()
      for (const event of order(kari)) await says(kari, 'extension', event)
      expect(await shown(kari.id)).toEqual({ received: 'not-known', extension: 'bounced' })
    }
  })

  it('an absence note is no bounce, and whoever complains has got it', async () => {
    const away = await extended()
    await says(away, 'extension', bounces(away, 'Transient'))
    expect(await shown(away.id)).toMatchObject({ extension: 'soft-bounced' })
    await says(away, 'extension', arrives())
    await says(away, 'extension', bounces(away, 'Transient'))
    expect(await shown(away.id)).toMatchObject({ extension: 'delivered' })

    const cross = await extended()
    const detail = complaintDetail(cross.email, office.time.now)
    await says(cross, 'extension', { type: 'Complaint', detail })
    expect(await shown(cross.id)).toMatchObject({ extension: 'delivered' })
  })

  it('that none has left, where the mailbox had bounced before', async () => {
    const kari = await asked()
    await says(kari, 'received', bounces(kari))
    const step = { step: 'extend', reasons: 'Arkivet er i tre hus' } as const
    expect(await takeStep(desk, { id: kari.id, staff: 'berit' }, step)).toMatchObject({
      kind: 'taken',
    })
    await deliver()
    expect(await shown(kari.id)).toEqual({ received: 'bounced', extension: 'not-sent' })
  })

  it('what it says goes through every step, is in the person’s copy, and names nobody', async () => {
    const kari = await extended()
    await says(kari, 'extension', bounces(kari))
    await takeStep(desk, { id: kari.id, staff: 'berit' }, { step: 'complete', answer: 'Vedlagt' })
    expect(await shown(kari.id)).toMatchObject({ extension: 'bounced' })
    const { tables } = office.store
    const contact = await readOpenContact(office.store, kari.contactId)
    if (contact === undefined) throw new Error('nobody is known')
    const rows: unknown[] = []
    for await (const row of requestsSection(office.store, contact, office.time.now).rows) {
      rows.push(row)
    }
    expect(JSON.stringify(rows)).toContain('extension bounced')
    const request = await readRequest(tables, kari.id, office.time.now)
    expect(JSON.stringify(request?.letters)).not.toContain('@')
    expect(await readContact(tables, kari.contactId)).toBeDefined()
  })

  it('nothing of a request that there is not, whatever a tag says', async () => {
    const { now } = office.time
    const requestId = orderedId(now)
    const word = { requestId, letter: 'extension', outcome: 'bounced', at: now } as const
    await noteRequestLetter(office.store.tables, word)
    expect(await readRequest(office.store.tables, requestId, now)).toBeUndefined()
  })
})
