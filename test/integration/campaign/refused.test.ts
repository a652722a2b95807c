import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { actOnCampaign } from '../../../functions/campaign/launch.ts'
import type { BulkMail, EntryOutcome } from '../../../functions/platform/bulk-mailer.ts'
import type { LogFields } from '../../../functions/platform/log.ts'
import { openCampaignOffice } from './campaign-office.ts'

/** A campaign of which SES, or we ourselves, take no mail at all. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
const people: { contactId: string; email: string }[] = []
const lines: [string, LogFields | undefined][] = []
let asked = 0
let id: string

beforeAll(async () => {
  office = await openCampaignOffice()
  office.work.log = { info: (line, fields) => void lines.push([line, fields]), fault: () => {} }
  for (let n = 0; n < 3; n++) people.push(await office.add())
  for (let n = 0; n < 2; n++) people.push(await office.add({ language: 'en' }))
})
afterAll(() => office.store.stop())
beforeEach(async () => {
  for (const list of [office.left, office.plans, office.sends, lines]) list.length = 0
  asked = 0
  id = await office.start()
  await office.planAll()
})
const { origin } = { origin: 'https://choices.nordlys.example' }
afterEach(() => {
  Object.assign(office.work, { origin })
})

const answering = (answer: (mail: BulkMail<never>) => EntryOutcome[]) => {
  office.wire.mailer = async (mail) => {
    asked += 1
    return answer(mail as never)
  }
}
const refusing = (because: string) =>
  answering(({ entries }) => entries.map(() => ({ kind: 'refused', because })))
const accepting = () => {
  office.wire.mailer = async (mail) => office.accept(mail)
}
const campaign = async () => (await readCampaign(office.store.tables, id, office.time.now))!
const resume = (overrides?: 'refusals' | 'complaints') =>
  actOnCampaign(office.work, 'kari', { campaignId: id, act: 'resume', overrides })
async function states(): Promise<unknown[]> {
  return Promise.all(
    people.map(async ({ contactId }) => (await office.messageOf(id, contactId))?.state),
  )
}
const all = (state: string) => people.map(() => state)
const auditOf = async (action: string) =>
  (await office.auditOf(id)).filter((item) => item.action === action)

describe('a campaign of which a whole batch is refused for one reason', () => {
  it('pauses itself and says why; nobody has failed, and no other batch is tried', async () => {
    refusing('BadRequestException')
    await office.sendAll()
    const refused = { because: 'BadRequestException', at: office.time.now.toISOString() }
    expect(await campaign()).toMatchObject({ state: 'paused', refused })
    expect([asked, await states()]).toEqual([1, all('planned')])
    const count = (await campaign()).refused?.count
    expect(await auditOf('campaign-pause')).toEqual([
      expect.objectContaining({
        staff: 'system',
        details: { for: 'refusals', because: 'BadRequestException', count },
      }),
    ])
    expect(lines).toContainEqual([
      'a campaign is refused',
      { campaignId: id, kind: 'BadRequestException', count },
    ])
  })

  it('goes on where it stopped once it is mended, and everybody gets it once', async () => {
    refusing('MAIL_FROM_DOMAIN_NOT_VERIFIED')
    await office.sendAll()
    accepting()
    expect(await resume()).toEqual({ kind: 'done' })
    expect((await campaign()).refused).toBeUndefined()
    await office.planAll()
    await office.sendAll()
    expect(office.left.map(({ to }) => to).sort()).toEqual(people.map(({ email }) => email).sort())
    expect([await office.stateOf(id), await states()]).toEqual(['sent', all('sent')])
  })

  it('pauses itself again while it is not mended', async () => {
    refusing('ACCOUNT_SUSPENDED')
    await office.sendAll()
    expect(await resume()).toEqual({ kind: 'done' })
    await office.planAll()
    await office.sendAll()
    expect(await campaign()).toMatchObject({
      state: 'paused',
      refused: { because: 'ACCOUNT_SUSPENDED' },
    })
    expect(await auditOf('campaign-pause')).toHaveLength(2)
  })

  it('ends as failed, with the reason, where a colleague lets that pass', async () => {
    refusing('MESSAGE_REJECTED')
    await office.sendAll()
    expect(await resume('refusals')).toEqual({ kind: 'done' })
    expect(await auditOf('campaign-resume')).toEqual([
      expect.objectContaining({
        staff: 'kari',
        details: expect.objectContaining({ overrides: 'refusals', because: 'MESSAGE_REJECTED' }),
      }),
    ])
    await office.planAll()
    await office.sendAll()
    expect([await office.stateOf(id), await states()]).toEqual(['sent', all('failed')])
  })

  it('is not one of which only some are refused, or each for a reason of its own', async () => {
    answering(({ entries }) =>
      entries.map((_, index) => ({ kind: 'refused', because: `REASON_${index}` })),
    )
    await office.sendAll()
    expect([await office.stateOf(id), await states()]).toEqual(['sent', all('failed')])
  })

  it('is one, too, whose mails are over a limit of SES, each of them: then SES is not asked', async () => {
    accepting()
    const faulty = `https://choices.nordlys.example/${'x'.repeat(1000)}`
    Object.assign(office.work, { origin: faulty })
    await office.sendAll()
    expect(await campaign()).toMatchObject({
      state: 'paused',
      refused: { because: 'header-value' },
    })
    expect([office.left, await states()]).toEqual([[], all('planned')])
  })

  it('that was cancelled meanwhile stays so', async () => {
    answering(({ entries }) => entries.map(() => ({ kind: 'refused', because: 'FAILED' })))
    const { mailer } = office.wire
    office.wire.mailer = async (mail) => {
      await actOnCampaign(office.work, 'kari', { campaignId: id, act: 'cancel' })
      return mailer(mail)
    }
    await office.sendAll()
    await office.planAll()
    expect([await office.stateOf(id), await states()]).toEqual(['cancelled', all('skipped')])
    expect(await auditOf('campaign-pause')).toEqual([])
  })
})
