import { describe, expect, it } from 'vitest'
import { domainCheck } from '../../../functions/campaign/sending-domain.ts'
import type { SesIdentity } from '../../../functions/platform/ses-identity.ts'

const domain = 'nordlys.example'
const good: SesIdentity = {
  VerifiedForSendingStatus: true,
  DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS' },
  MailFromAttributes: { MailFromDomain: `bounce.${domain}`, MailFromDomainStatus: 'SUCCESS' },
}
const record = 'v=DMARC1; p=reject; adkim=s'

function checking({
  identity = async () => good,
  names = { [`_dmarc.${domain}`]: [record] },
  of = domain,
}: {
  identity?: () => Promise<SesIdentity | undefined>
  names?: Record<string, string[]>
  of?: string
} = {}) {
  const time = { now: new Date('2026-11-27T08:00:00Z') }
  const asked = { identity: 0, txt: [] as string[] }
  const faults: string[] = []
  const check = domainCheck({
    domain: of,
    identity: (): Promise<SesIdentity | undefined> => {
      asked.identity += 1
      return identity()
    },
    txt: async (name) => {
      asked.txt.push(name)
      return names[name] ?? []
    },
    log: { info: () => {}, fault: (message) => void faults.push(message) },
    clock: () => time.now,
  })
  return { check, time, asked, faults }
}
const problems = (over: Parameters<typeof checking>[0]) => checking(over).check()

describe('SEND-01: the domain that campaigns are sent from', () => {
  it('is good when SES signs for it, its bounces are aligned and DMARC says to look', async () => {
    expect(await problems({})).toEqual([])
  })

  it.each([
    ['unknown to SES', async (): Promise<undefined> => undefined, ['domain-not-verified']],
    [
      'not verified',
      async () => ({ ...good, VerifiedForSendingStatus: false }),
      ['domain-not-verified'],
    ],
    [
      'verified, with DKIM pending',
      async () => ({ ...good, DkimAttributes: { SigningEnabled: true, Status: 'PENDING' } }),
      ['dkim-missing'],
    ],
    [
      'verified, with DKIM gone from DNS',
      async () => ({
        ...good,
        DkimAttributes: { SigningEnabled: true, Status: 'TEMPORARY_FAILURE' },
      }),
      ['dkim-missing'],
    ],
    [
      'verified, with signing switched off',
      async () => ({ ...good, DkimAttributes: { SigningEnabled: false, Status: 'SUCCESS' } }),
      ['dkim-missing'],
    ],
    [
      'without a bounce domain of its own',
      async () => ({ ...good, MailFromAttributes: {} }),
      ['spf-not-aligned'],
    ],
    [
      'with a bounce domain whose MX is missing',
      async () => ({
        ...good,
        MailFromAttributes: { ...good.MailFromAttributes, MailFromDomainStatus: 'FAILED' },
      }),
      ['spf-not-aligned'],
    ],
    [
      'with somebody else’s bounce domain',
      async () => ({
        ...good,
        MailFromAttributes: {
          MailFromDomain: 'bounce.evilnordlys.example',
          MailFromDomainStatus: 'SUCCESS',
        },
      }),
      ['spf-not-aligned'],
    ],
  ] as const)('is not when it is %s', async (_, identity, expected) => {
    expect(await problems({ identity })).toEqual(expected)
  })

  it.each([
    ['v=DMARC1; p=none', []],
    ['v=DMARC1;p=quarantine;pct=50', []],
    ['v=DMARC1; sp=none', ['dmarc-missing']],
    ['v=DMARC1; p=perhaps', ['dmarc-missing']],
    ['v=DMARC12; p=none', ['dmarc-missing']],
    ['v=spf1 -all', ['dmarc-missing']],
  ])('with the record %s: %j', async (text, expected) => {
    expect(await problems({ names: { [`_dmarc.${domain}`]: [text] } })).toEqual(expected)
  })

  it('has none with two records, and that of the domain above where it has none of its own', async () => {
    const twice = { [`_dmarc.${domain}`]: [record, record] }
    expect(await problems({ names: twice })).toEqual(['dmarc-missing'])
    const { check, asked } = checking({ of: `news.${domain}` })
    expect(await check()).not.toContain('dmarc-missing')
    expect(asked.txt).toEqual([`_dmarc.news.${domain}`, `_dmarc.${domain}`])
    expect(await problems({ names: { '_dmarc.example': [record] } })).toEqual(['dmarc-missing'])
  })

  it('is not known, and so not good, when SES or DNS does not answer; and is asked anew at once', async () => {
    let down = true
    const { check, asked, faults } = checking({
      identity: () =>
        down ? Promise.reject(new Error('SES answered 500')) : Promise.resolve(good),
    })
    expect(await check()).toEqual(['domain-not-checked'])
    expect(faults).toHaveLength(1)
    down = false
    expect(await check()).toEqual([])
    expect(asked.identity).toBe(2)
  })

  it('is asked once in half a minute, however many campaigns are looked at', async () => {
    const { check, asked, time } = checking()
    await Promise.all([check(), check(), check()])
    time.now = new Date(time.now.getTime() + 29_000)
    await check()
    expect(asked.identity).toBe(1)
    time.now = new Date(time.now.getTime() + 2_000)
    await check()
    expect(asked.identity).toBe(2)
  })
})
