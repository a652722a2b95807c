import { randomBytes } from 'node:crypto'
import { CompactSign, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import type { LedgerEntry } from '../../../functions/consent/ledger.ts'
import { noticeSha256 } from '../../../functions/consent/notice.ts'
import { consentReceipt, receiptVersion } from '../../../functions/consent/receipt.ts'
import { receiptKeySet, signReceipt } from '../../../functions/consent/receipt-signature.ts'
import type { Key } from '../../../functions/platform/keyring.ts'
import { checkReceipt } from '../../../infra/receipt-check.ts'
import { policy } from '../../../policy.ts'
import { act, dawn, given } from '../../support/acts.ts'
import { fixedKey } from '../../support/fixed-keys.ts'

const contactId = '00000000-0000-4000-8000-000000000001'
const asked = ['newsletter', 'events']
const entry: LedgerEntry = {
  ...act('confirm', dawn, given('newsletter')),
  evidence: {
    actor: 'person',
    method: 'confirm-page',
    language: 'en',
    form: 'sign-up-en@1',
    noticeSha256: noticeSha256(policy, 'en', asked),
    requestedAt: dawn.toISOString(),
    mailedAt: dawn.toISOString(),
    confirmedAt: dawn.toISOString(),
  },
}
const receipt = consentReceipt(policy, { contactId, entry, asked, origin: 'https://x.example' })
const keys = [fixedKey('receipt')]
const published = receiptKeySet(keys)
const jws = await signReceipt(keys, receipt)

describe('a receipt', () => {
  it('REC-02: has every mandatory field of ISO/IEC TS 27560', () => {
    expect(Object.keys(receipt)).toEqual(
      expect.arrayContaining(['schema_version', 'record_id', 'pii_principal_id', 'receipt_id']),
    )
    const [processing] = receipt.pii_processing as Record<string, unknown>[]
    for (const field of [
      'privacy_notice',
      'language',
      'purposes',
      'lawful_basis',
      'pii_information',
      'pii_controllers',
      'storage_locations',
      'retention_period',
      'jurisdiction',
      'recipient_third_parties',
      'withdrawal_method',
    ]) {
      expect(processing, field).toHaveProperty(field)
    }
    for (const party of receipt.party_identification as Record<string, unknown>[]) {
      for (const field of [
        'party_id',
        'party_name',
        'party_address',
        'party_contact',
        'party_type',
      ]) {
        expect(party[field], field).toBeTruthy()
      }
    }
    for (const event of receipt.events as Record<string, unknown>[]) {
      expect(event).toMatchObject({
        event_time: dawn.toISOString(),
        entity_id: 'person',
        event_type: 'confirm',
        event_state: 'dpv:ConsentGiven',
      })
    }
    expect(receipt.receipt_version).toBe(receiptVersion)
  })

  it('CONS-04: says both opt-in steps, and the very words, while the policy still has them', () => {
    expect(receipt).toMatchObject({
      doi_requested_at: dawn.toISOString(),
      doi_sent_at: dawn.toISOString(),
      doi_confirmed_at: dawn.toISOString(),
      wording: expect.arrayContaining(['What we learned this month. Once a month.']),
    })
    const changed = { ...policy, notice: { ...policy.notice, version: 2 } }
    const later = consentReceipt(changed, { contactId, entry, asked, origin: 'https://x.example' })
    expect(later).not.toHaveProperty('wording')
    expect(later.notice_sha256).toBe(receipt.notice_sha256)
  })

  it('REC-02: reads as linked data without asking anybody: every prefix is in its own context', () => {
    const context = receipt['@context'] as Record<string, unknown>
    const prefixes = [...JSON.stringify(receipt).matchAll(/"((?:dpv|eu-gdpr|dct)):/g)].map(
      ([, name]) => name,
    )
    for (const prefix of prefixes) expect(context).toHaveProperty(String(prefix))
  })

  it('REC-01: of a withdrawal stands beside that of the consent', () => {
    const withdrawal = {
      ...act('withdraw', dawn, { purpose: 'newsletter', state: 'withdrawn' }),
      evidence: entry.evidence,
    }
    const of = consentReceipt(policy, {
      contactId,
      entry: withdrawal,
      asked: undefined,
      origin: 'https://x.example',
    })
    expect(of.events).toMatchObject([{ event_state: 'dpv:ConsentWithdrawn' }])
    expect(of.record_id).not.toBe(receipt.record_id)
  })

  it('names nobody: who it is about is a pseudonym', () => {
    expect(JSON.stringify(receipt)).not.toContain('@example')
  })
})

describe('checking a receipt offline', () => {
  const refusal = async (text: string, keySet: unknown = published) => {
    const check = await checkReceipt(text, keySet)
    return check.kind === 'refused' ? check.because : 'holds'
  }
  const payload = jws.split('.')[1] ?? ''
  const forged = (header: object, signature = '') =>
    `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`

  it('REC-02: holds with the published keys alone, as a file of either form', async () => {
    expect(await checkReceipt(jws, published)).toMatchObject({
      kind: 'holds',
      receipt: { record_id: entry.ledgerId },
    })
    expect(await refusal(`${jws}\n`)).toBe('holds')
    expect(await refusal(JSON.stringify({ receipt, jws }))).toBe('holds')
    expect(JSON.stringify(published)).not.toContain('"d"')
  })

  it('SEC-01: refuses it with any single byte of payload or signature changed', async () => {
    const [header, , signature = ''] = jws.split('.')
    const flip = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
    for (let at = 0; at < payload.length - 2; at += 97) {
      expect(await refusal(`${header}.${flip(payload, at)}.${signature}`)).toMatch(/altered/)
    }
    for (let at = 0; at < signature.length - 2; at += 7) {
      expect(await refusal(`${header}.${payload}.${flip(signature, at)}`)).toMatch(/altered/)
    }
  })

  it('SEC-01: refuses every other algorithm, `none` and the public key as a password included', async () => {
    const { kid = '', typ = '' } = decodeProtectedHeader(jws)
    expect(await refusal(forged({ alg: 'none', kid, typ }))).toMatch(/algorithm/)
    const [first] = published.keys
    const password = Buffer.from(first?.x ?? '', 'base64url')
    const hmac = await new CompactSign(Buffer.from(payload, 'base64url'))
      .setProtectedHeader({ alg: 'HS256', kid, typ })
      .sign(password)
    expect(await refusal(hmac)).toMatch(/algorithm/)
    expect(await refusal('nonsense')).toMatch(/no JWS/)
    expect(await refusal(jws, { keys: 'none' })).toMatch(/key/)
  })

  it('SEC-02: refuses another owner’s key, also under our name, and a token of another type', async () => {
    const other: Key = { ...fixedKey('receipt'), bytes: randomBytes(32) }
    expect(await refusal(await signReceipt([other], receipt))).toMatch(/None of these keys/)
    const [theirs] = receiptKeySet([other]).keys
    const inOurName = { keys: [{ ...theirs, kid: published.keys[0]?.kid }] }
    expect(await refusal(jws, inOurName)).toMatch(/altered|somebody else/)
  })

  it('SEC-03: outlives a rotation, and not a revocation', async () => {
    const old = fixedKey('receipt', { state: 'verify' })
    const next: Key = { id: 2, bytes: randomBytes(32), state: 'current' }
    expect(await refusal(jws, receiptKeySet([old, next]))).toBe('holds')
    expect(await refusal(jws, receiptKeySet([{ ...old, state: 'revoked' }, next]))).toMatch(
      /revoked/,
    )
    expect((await signReceipt([old, next], receipt)) === jws).toBe(false)
  })
})
