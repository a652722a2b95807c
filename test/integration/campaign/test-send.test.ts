import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import {
  type Colleague,
  sendTest,
  type TestDesk,
  testSendSchema,
} from '../../../functions/campaign/test-send.ts'
import type { Mail } from '../../../functions/platform/mailer.ts'
import { unsubscribeToken } from '../../../functions/platform/token-bodies.ts'
import { openCampaignOffice } from './campaign-office.ts'

let office: Awaited<ReturnType<typeof openCampaignOffice>>
const mails: Mail<Colleague>[] = []
beforeAll(async () => {
  office = await openCampaignOffice()
})
afterAll(() => office.store.stop())
beforeEach(() => {
  mails.length = 0
})

async function sent(to: string, over: { language?: string } = {}) {
  const { work, store, time } = office
  const desk: TestDesk = {
    ...work,
    mailer: async (mail) => void mails.push(mail),
    colleagueDomain: 'nordlys.example',
  }
  const campaignId = await office.draft()
  const campaign = await readCampaign(store.tables, campaignId, time.now)
  if (campaign === undefined) throw new Error('no such campaign')
  const test = v.parse(testSendSchema, { language: 'nb', to, ...over })
  return sendTest(desk, 'kari', { campaignId, campaign, test })
}

describe('a test', () => {
  it('goes to one colleague, says that it is one, counts nothing and turns nothing off', async () => {
    expect(await sent('Kari@Nordlys.example')).toBe('sent')
    const [mail] = mails
    expect(mail?.to.map(({ address }) => address)).toEqual(['kari@nordlys.example'])
    expect(mail?.subject).toBe('[Test] Hei')
    expect(mail?.html).toContain('href="https://nordlys.example/mer"')
    expect(mail?.html).not.toMatch(/\/c\/|\/o\/|\{\{/)
    expect(mail?.headers.map(({ name }) => name)).toEqual([
      'List-Unsubscribe',
      'List-Unsubscribe-Post',
      'List-Id',
    ])
    const link = /\/u\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''
    expect(link.length).toBeGreaterThan(40)
    expect(await unsubscribeToken.open(office.store.keys, link)).toBeUndefined()
  })

  it.each([
    'ola@example.org',
    'kari@evil-nordlys.example',
    'kari@mail.nordlys.example',
    'kari@nordlys.example.org',
  ])('never goes to %s', async (to) => {
    expect(await sent(to)).toBe('no-colleague')
    expect(mails).toEqual([])
  })

  it('is not sent in a language in which nothing is said', async () => {
    expect(await sent('kari@nordlys.example', { language: 'sv' })).toBe('no-language')
    expect(mails).toEqual([])
  })
})
