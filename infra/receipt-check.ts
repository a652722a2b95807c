import { compactVerify, createLocalJWKSet, errors } from 'jose'
import * as v from 'valibot'

const keySetSchema = v.object({
  keys: v.array(
    v.looseObject({
      kty: v.literal('OKP'),
      crv: v.literal('Ed25519'),
      x: v.string(),
      kid: v.string(),
    }),
  ),
})

/** Of a receipt that holds, what it says; of another one, what is wrong with it. */
export type ReceiptCheck =
  | { kind: 'holds'; receipt: Record<string, unknown>; keyId: string }
  | { kind: 'refused'; because: string }

const fileSchema = v.pipe(v.string(), v.parseJson(), v.object({ jws: v.string() }))
const receiptSchema = v.pipe(v.string(), v.parseJson(), v.looseObject({ record_id: v.string() }))

/**
 * Checks one receipt offline: no network, no clock, no secret. Only Ed25519 counts, whatever the
 * receipt itself names, so that `none`, or the public key used as a password, proves nothing.
 * @param text a JWS, or the answer of `/api/receipts/{id}` that holds one.
 * @param keySet the published keys, as JSON.
 */
export async function checkReceipt(text: string, keySet: unknown): Promise<ReceiptCheck> {
  const keys = v.safeParse(keySetSchema, keySet)
  if (!keys.success) return refused('The keys are not a set of Ed25519 public keys.')
  const answer = v.safeParse(fileSchema, text)
  const jws = answer.success ? answer.output.jws : text.trim()
  try {
    const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys.output), {
      algorithms: ['EdDSA'],
    })
    if (protectedHeader.typ !== 'consent-receipt+jws')
      return refused('It is signed, but no receipt.')
    const receipt = v.safeParse(receiptSchema, Buffer.from(payload).toString())
    if (!receipt.success) return refused('It is signed, but does not say what a receipt says.')
    return { kind: 'holds', receipt: receipt.output, keyId: protectedHeader.kid ?? '' }
  } catch (error) {
    if (error instanceof errors.JOSEError) return refused(reasons[error.code] ?? error.message)
    throw error
  }
}

const reasons: Readonly<Record<string, string>> = {
  ERR_JWS_INVALID: 'It is no JWS: something is missing or broken.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'It names an algorithm that proves nothing here; receipts are EdDSA.',
  ERR_JOSE_NOT_SUPPORTED: 'It names an algorithm that proves nothing here; receipts are EdDSA.',
  ERR_JWKS_NO_MATCHING_KEY:
    'None of these keys signed it: another owner’s, or one that was revoked since.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'It was altered, or somebody else signed it in this name.',
}

const refused = (because: string): ReceiptCheck => ({ kind: 'refused', because })
