import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domainCheck } from '../../../functions/campaign/sending-domain.ts'
import { dnsTxt } from '../../../functions/platform/dns.ts'
import { sesQuota } from '../../../functions/platform/ses.ts'
import { signedIdentities } from '../../../functions/platform/ses-identity.ts'
import { signedSes } from '../../../functions/platform/signed-ses.ts'
import { setUpDomains } from '../../../infra/local/mail/set-up-domains.ts'
import { type Mail, startMail } from '../../../infra/local/services/mail.ts'
import { type Names, startNames } from '../../../infra/local/services/names.ts'

const access = {
  region: 'eu-north-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'local' },
}
const domain = 'nordlys.example'
let mail: Mail
let names: Names
beforeAll(async () => {
  mail = await startMail(0)
  names = await startNames(0)
  setUpDomains([{ domain, bounces: `bounce.${domain}` }], mail.account, names)
})
afterAll(async () => {
  await mail.stop()
  await names.stop()
})

const identities = (endpoint = mail.endpoint) =>
  signedIdentities(signedSes(new DynamoDBClient(access), new URL(endpoint)))
const check = (over: { identity?: ReturnType<typeof identities>; server?: string } = {}) =>
  domainCheck({
    domain,
    identity: over.identity ?? identities(),
    txt: dnsTxt(over.server ?? names.server),
    log: { info: () => {}, fault: () => {} },
    clock: () => new Date(),
  })()

describe('the sending domain, asked of SES and DNS', () => {
  it('SEND-01: is good as the local cloud sets it up', async () => {
    expect(await check()).toEqual([])
  })

  it('is read as SES’s own client reads it', async () => {
    const client = new SESv2Client({ endpoint: mail.endpoint, ...access })
    const theirs = await client.send(new GetEmailIdentityCommand({ EmailIdentity: domain }))
    expect(theirs).toMatchObject((await identities()(domain)) ?? { none: true })
    await expect(
      client.send(new GetEmailIdentityCommand({ EmailIdentity: 'other.example' })),
    ).rejects.toThrow('does not exist')
    expect(await identities()('other.example')).toBeUndefined()
  })

  it('SEND-01: is refused without a DMARC record', async () => {
    const text = names.texts.get(`_dmarc.${domain}`) ?? ''
    names.texts.delete(`_dmarc.${domain}`)
    expect(await check()).toEqual(['dmarc-missing'])
    names.texts.set(`_dmarc.${domain}`, text)
  })

  it('SEND-01: is not known while SES or DNS is down', async () => {
    expect(await check({ identity: identities('http://127.0.0.1:9') })).toEqual([
      'domain-not-checked',
    ])
    // Nobody listens there: no answer is not the answer that there is no record.
    expect(await check({ server: '127.0.0.1:9' })).toEqual(['domain-not-checked'])
  }, 20_000)

  it('says how much may be sent, and leaves all else to the local SES', async () => {
    expect(await sesQuota({ endpoint: mail.endpoint, ...access })()).toEqual({
      enabled: true,
      perSecond: 500,
      perDay: 1_000_000,
      sentToday: 0,
    })
    expect((await fetch(`${mail.endpoint}/store`)).status).toBe(200)
  })

  it('a name beside the one that is known is none', async () => {
    expect(await dnsTxt(names.server)('nordlys.example')).toEqual([])
    expect(await dnsTxt(names.server)(`_DMARC.${domain}`)).toHaveLength(1)
  })
})
