import { generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth'
import { describe, expect, it } from 'vitest'
import { mailFindings, unsubscribeLink } from '../../../infra/doctor/mail.ts'
import { readMail } from '../../../infra/doctor/read-mail.ts'

const origin = 'https://preferences.nordlys.example'
const link = `${origin}/u/${'x'.repeat(80)}`
const domain = 'nordlys.example'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const resolver = async (name: string) => {
  if (name === `s1._domainkey.${domain}`) return [[`v=DKIM1; k=rsa; p=${key}`]]
  throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
}

type Over = { headers?: string[]; html?: string; text?: string }
const listHeaders = [
  `List-Unsubscribe: <${link}>`,
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'List-Id: Nyhetsbrev <newsletter.nordlys.example>',
]

function written({ headers = listHeaders, html, text }: Over = {}): string {
  return [
    `From: "Nordlys" <news@${domain}>`,
    'To: kari@example.org',
    'Subject: =?UTF-8?B?SMO4c3Q=?=',
    'Date: Fri, 27 Nov 2026 08:00:00 +0000',
    'Message-ID: <1@eu-north-1.amazonses.com>',
    ...headers,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text ?? `Stop: ${link}`,
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    html ??
      `<p>Hei</p><a href="${link}">Stop</a><img src="${origin}/o/x.gif" width="1" height="1">`,
    '--b--',
    '',
  ].join('\r\n')
}

const signedHeaders = ['from', 'to', 'subject', 'date', 'list-unsubscribe', 'list-unsubscribe-post']

async function delivered(over: Over & { signs?: string[]; as?: string } = {}) {
  const raw = written(over)
  const signature = {
    signingDomain: over.as ?? domain,
    selector: 's1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    headerList: over.signs ?? signedHeaders,
  }
  const { signatures } = await dkimSign(raw, { ...signature, signatureData: [signature] })
  return readMail(Buffer.from(signatures + raw))
}

async function wrongs(mail: Awaited<ReturnType<typeof delivered>>): Promise<string[]> {
  const findings = await mailFindings(mail, { origin, resolver })
  return findings
    .filter(({ result }) => result === 'wrong')
    .map(({ rule, fix }) => `${rule}: ${fix}`)
}

describe('a delivered mail', () => {
  it('UNSUB-03 passes when its signature covers both headers', async () => {
    expect(await wrongs(await delivered())).toEqual([])
  })

  it.each(['list-unsubscribe', 'list-unsubscribe-post'])(
    'UNSUB-03 fails when its signature leaves out %s',
    async (left) => {
      const mail = await delivered({ signs: signedHeaders.filter((name) => name !== left) })
      expect(await wrongs(mail)).toEqual([`UNSUB-03: no signature that holds lists ${left} in h=`])
    },
  )

  it('UNSUB-03 SEND-01 fails when what was signed was changed on the way', async () => {
    const { raw } = await delivered()
    const changed = raw.toString().replace('/u/xxx', '/u/yxx')
    const [covers, aligned, ...others] = await wrongs(await readMail(Buffer.from(changed)))
    expect(covers).toMatch(/^UNSUB-03: no signature that holds .* that of nordlys\.example: fail/)
    expect(aligned).toMatch(/^SEND-01: none holds/)
    expect(others).toEqual([])
  })

  it('UNSUB-03 SEND-01 fails without a signature, and with a key that is not in DNS', async () => {
    const unsigned = await wrongs(await readMail(Buffer.from(written())))
    expect(unsigned).toHaveLength(2)
    expect(unsigned[0]).toMatch(/^UNSUB-03/)
    expect((await wrongs(await delivered({ as: 'other.example' })))[0]).toMatch(/^UNSUB-03/)
  })

  it.each([
    ['none', [], /is there 0 times/],
    ['two', [`List-Unsubscribe: <${link}>`, `List-Unsubscribe: <${link}>`], /is there 2 times/],
    ['two addresses', [`List-Unsubscribe: <${link}>, <${link}>`], /has 2 https/],
    ['a mailto first', [`List-Unsubscribe: <mailto:a@b.example>, <${link}>`], /before any other/],
    ['plain http', [`List-Unsubscribe: <${link.replace('https', 'http')}>`], /has 0 https/],
  ])('UNSUB-01 UNSUB-02 fails with %s in List-Unsubscribe', async (_, first, expected) => {
    const mail = await delivered({ headers: [...first, ...listHeaders.slice(1)] })
    expect((await wrongs(mail))[0]).toMatch(expected)
  })

  it('UNSUB-01 UNSUB-13 UNSUB-14 fails with another word for one-click, a list without a name, a long line', async () => {
    const headers = [
      `List-Unsubscribe: <${link}>`,
      'List-Unsubscribe-Post: List-Unsubscribe=Yes',
      'List-Id: newsletter',
      `X-Long: ${'x'.repeat(1000)}`,
    ]
    const rules = (await wrongs(await delivered({ headers }))).map((each) => each.split(':')[0])
    expect(rules).toEqual(['UNSUB-01', 'UNSUB-13', 'UNSUB-14'])
  })

  it('reads an address that is folded over lines', async () => {
    const mail = await delivered({
      headers: [`List-Unsubscribe:\r\n <${link}>`, ...listHeaders.slice(1)],
    })
    expect(unsubscribeLink(mail)?.href).toBe(link)
    expect(await wrongs(mail)).toEqual([])
  })

  it('UNSUB-16 fails without a visible way to stop in a part', async () => {
    const found = await wrongs(await delivered({ text: 'Hei', html: '<p>Hei</p>' }))
    expect(found[0]).toMatch(/UNSUB-16: the HTML part .*; the text part/)
  })

  it('UNSUB-16 fails without a text part at all', async () => {
    const raw = [
      'From: news@nordlys.example',
      'Content-Type: text/html',
      '',
      `<a href="${link}">x</a>`,
    ]
    const found = await wrongs(await readMail(Buffer.from(raw.join('\r\n'))))
    expect(found).toContain(`UNSUB-16: the text part has no link to ${origin}/u/…`)
  })

  it.each([
    ['<img src="https://t.example/x" width="1" height="1">', true],
    ['<img src="https://t.example/x" style="display:none">', true],
    ['<a href="https://r.eu-north-1.awstrack.me/L0/x">x</a>', true],
    ['<img src="https://nordlys.example/aurora.png" width="600" alt="Aurora">', false],
  ])('SEND-08 of %s: foreign is %s', async (markup, foreign) => {
    const html = `${markup}<a href="${link}">Stop</a>`
    const found = await wrongs(await delivered({ html }))
    expect(found.some((each) => each.startsWith('SEND-08'))).toBe(foreign)
  })
})
