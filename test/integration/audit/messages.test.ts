import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { messageIdOf, messageKey } from '../../../functions/campaign/message-record.ts'
import { contactPk } from '../../../functions/consent/ledger.ts'
import { orderedId, randomId } from '../../../functions/platform/id.ts'
import { audited, brokenOf, vandal } from '../../support/audited.ts'
import { openCampaignOffice } from '../campaign/campaign-office.ts'

/** Invariant 7: a campaign that went out as it should, and one violation after the other. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
let hand: ReturnType<typeof vandal>
let contactId: string
let campaignId: string
let key: { pk: string; sk: string }

beforeAll(async () => {
  office = await openCampaignOffice()
  hand = vandal(office.store)
})
afterAll(() => office.store.stop())
beforeEach(async () => {
  await hand.clear()
  contactId = (await office.add()).contactId
  campaignId = await office.start()
  await office.planAll()
  await office.sendAll()
  const campaign = await readCampaign(office.store.tables, campaignId, office.time.now)
  key = messageKey(campaignId, messageIdOf(campaign?.key ?? new Uint8Array(), contactId))
})

const found = async (): Promise<string[]> => {
  const report = await audited(office.store, { now: office.time.now })
  return brokenOf(report).filter((line) => line.startsWith('7:'))
}
const broken = (kind: string): string[] => [`7: ${kind}: K#${campaignId} ${key.sk}`]

/** Written into the history as if it had been there when the mail left. */
async function acted(kind: string, minutesBefore: number, changes: object[]): Promise<void> {
  const at = new Date(office.time.now.getTime() - minutesBefore * 60_000)
  await hand.put('ledger', {
    pk: contactPk(contactId),
    sk: orderedId(at),
    kind,
    at: at.toISOString(),
    noticeVersion: 1,
    changes,
    evidence: { actor: 'person', method: 'one-click' },
  })
}

test('what went out after a yes holds, and is looked at', async () => {
  const { invariants } = await audited(office.store, { now: office.time.now })
  expect(invariants.find(({ invariant }) => invariant === 7)).toMatchObject({
    checked: 1,
    broken: 0,
  })
})

test('a mail after a no', async () => {
  await acted('one-click', 10, [{ purpose: 'newsletter', state: 'withdrawn' }])
  expect(await found()).toEqual(broken('message after a no'))
})

test('a no that came while the batch was leaving is none that was passed over', async () => {
  await acted('one-click', 0.5, [{ purpose: 'newsletter', state: 'withdrawn' }])
  expect(await found()).toEqual([])
})

test('a yes that came in the minute before is none that was missing', async () => {
  await acted('restrict', 10, [])
  await acted('withdraw', 9, [{ purpose: 'direct-marketing', state: 'withdrawn' }])
  await acted('lift-restriction', 0.5, [])
  await acted('turn-on', 0.4, [{ purpose: 'direct-marketing', state: 'given' }])
  expect(await found()).toEqual([])
})

test('a no that stood all the minute, though something else was allowed in it', async () => {
  await acted('restrict', 10, [])
  await acted('withdraw', 9, [{ purpose: 'direct-marketing', state: 'withdrawn' }])
  await acted('lift-restriction', 0.5, [])
  expect(await found()).toEqual(broken('message after everything was stopped'))
})

test('a mail after everything was stopped', async () => {
  await acted('withdraw', 10, [{ purpose: 'direct-marketing', state: 'withdrawn' }])
  expect(await found()).toEqual(broken('message after everything was stopped'))
})

test('a mail to somebody who was being erased', async () => {
  await acted('erase', 10, [])
  expect(await found()).toEqual(broken('message to somebody who was being erased'))
})

test('a mail to somebody whose data are only kept', async () => {
  await acted('restrict', 10, [])
  expect(await found()).toEqual(broken('message while only kept'))
})

test('a mail that names a yes which the ledger does not have', async () => {
  await hand.set('main', key, 'ledgerId', randomId())
  expect(await found()).toEqual(broken('message that no entry of the ledger allows'))
})

test('a second mail of the campaign to the same person, under the id of another', async () => {
  const other = messageKey(campaignId, 'ab'.repeat(16))
  await hand.put('main', { ...(await hand.read('main', key)), ...other })
  expect(await found()).toEqual([`7: message under the id of another: K#${campaignId} ${other.sk}`])
})
