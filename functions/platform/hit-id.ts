import { timingSafeEqual } from 'node:crypto'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { keyedHash } from './keyed-hash.ts'
import { currentKey, type Key } from './keyring.ts'

/**
 * What a pixel's or a tracked link's address says (design §6): base64url of
 * `campaign 8 B · message 16 B · tag 6 B`. It opens nothing and the message id is itself unguessable,
 * so the short tag only keeps noise away from the tables, and SEC-01 does not ask for more.
 */
export type Hit = { campaignId: string; messageId: string }

/** In the place of a message's id: of the pixel and the links that all mails of a campaign share (TRACK-04). */
export const sharedMessageId = '0'.repeat(32)

const campaignBytes = 8
const messageBytes = 16
const tagBytes = 6
const bodyBytes = campaignBytes + messageBytes

/** @param keys the `hit` keys. */
export function mintHitId(keys: readonly Key[], { campaignId, messageId }: Hit): string {
  const body = Buffer.concat([fromHex(campaignId, campaignBytes), fromHex(messageId, messageBytes)])
  return encodeBase64url(Buffer.concat([body, tagOf(currentKey(keys), body)]))
}

/**
 * The hit that an address names; undefined for anything else.
 * @param keys the `hit` keys: a revoked one reads nothing any more.
 */
export function readHitId(keys: readonly Key[], text: string): Hit | undefined {
  if (text.length !== ((bodyBytes + tagBytes) / 3) * 4) return undefined
  const bytes = decodeBase64url(text)
  if (bytes === undefined) return undefined
  const body = bytes.subarray(0, bodyBytes)
  const tag = bytes.subarray(bodyBytes)
  const living = keys.filter(({ state }) => state !== 'revoked')
  if (!living.some((key) => timingSafeEqual(tag, tagOf(key, body)))) return undefined
  return {
    campaignId: hex(body.subarray(0, campaignBytes)),
    messageId: hex(body.subarray(campaignBytes)),
  }
}

function tagOf(key: Key, body: Uint8Array): Uint8Array {
  return keyedHash(key.bytes)
    .update('hit', 'ascii')
    .update(Uint8Array.of(0))
    .update(body)
    .digest()
    .subarray(0, tagBytes)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** @throws when the text is not that many bytes in lower-case hex. */
function fromHex(text: string, length: number): Uint8Array {
  if (text.length !== 2 * length || !/^[0-9a-f]+$/.test(text)) throw new TypeError('not such an id')
  return Buffer.from(text, 'hex')
}
