import { bytesToId, idToBytes } from './id.ts'
import type { KeySource, TokenPurpose } from './keyring.ts'
import { mintToken, openToken } from './token.ts'

/**
 * What each kind of token says (design §6), one codec a row: a layout is written once and read back
 * by the same lines. Times are whole seconds since 1970 in four big-endian bytes.
 */
export type UnsubscribeToken = { contactId: string; topic: string; campaign: string }
export type UndoToken = { contactId: string; ledgerId: string; expires: Date }
export type ConfirmToken = { signUpId: string }
export type ManageToken = { contactId: string; generation: number; issued: Date; nonce: string }
export type SessionToken = { contactId: string; generation: number; expires: Date; nonce: string }
export type DownloadToken = { requestId: string; generation: number; expires: Date }

/** The campaign field of a link that no campaign sent. */
export const noCampaign = '0000000000000000'
const manageLifeMs = 30 * 60_000
export const sessionLifeMs = 60 * 60_000
export const undoLifeMs = 10 * 60_000

type Codec<T> = { write: (value: T) => Uint8Array; read: (body: Uint8Array) => T | undefined }

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Eight bytes in hex. @throws when they are not: a link made of less would be dead in every mail. */
function fromHex(text: string): Uint8Array {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new TypeError('not eight bytes in hex')
  return Buffer.from(text, 'hex')
}

/** A length byte and the text. @throws when the text is not the ASCII that policy ids consist of. */
function ascii(text: string): Uint8Array {
  if (!/^[\x21-\x7e]{1,255}$/.test(text)) throw new TypeError('not a topic id')
  return Buffer.concat([Uint8Array.of(text.length), Buffer.from(text, 'ascii')])
}

function seconds(at: Date): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(Math.floor(at.getTime() / 1000))
  return bytes
}
const instant = (bytes: Uint8Array): Date => new Date(Buffer.from(bytes).readUInt32BE(0) * 1000)

function short(value: number): Uint8Array {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
const number = (bytes: Uint8Array): number => Buffer.from(bytes).readUInt16BE(0)

const unsubscribe: Codec<UnsubscribeToken> = {
  write: ({ contactId, topic, campaign }) =>
    Buffer.concat([idToBytes(contactId), ascii(topic), fromHex(campaign)]),
  read: (body) => {
    const length = body[16]
    if (length === undefined || body.length !== 16 + 1 + length + 8) return undefined
    return {
      contactId: bytesToId(body.subarray(0, 16)),
      topic: Buffer.from(body.subarray(17, 17 + length)).toString('ascii'),
      campaign: hex(body.subarray(17 + length)),
    }
  },
}

const undo: Codec<UndoToken> = {
  write: ({ contactId, ledgerId, expires }) =>
    Buffer.concat([idToBytes(contactId), idToBytes(ledgerId), seconds(expires)]),
  read: (body) =>
    body.length === 36
      ? {
          contactId: bytesToId(body.subarray(0, 16)),
          ledgerId: bytesToId(body.subarray(16, 32)),
          expires: instant(body.subarray(32)),
        }
      : undefined,
}

const confirm: Codec<ConfirmToken> = {
  write: ({ signUpId }) => idToBytes(signUpId),
  read: (body) => (body.length === 16 ? { signUpId: bytesToId(body) } : undefined),
}

const manage: Codec<ManageToken> = {
  write: ({ contactId, generation, issued, nonce }) =>
    Buffer.concat([idToBytes(contactId), short(generation), seconds(issued), fromHex(nonce)]),
  read: (body) =>
    body.length === 30
      ? {
          contactId: bytesToId(body.subarray(0, 16)),
          generation: number(body.subarray(16, 18)),
          issued: instant(body.subarray(18, 22)),
          nonce: hex(body.subarray(22)),
        }
      : undefined,
}

const session: Codec<SessionToken> = {
  write: ({ contactId, generation, expires, nonce }) =>
    Buffer.concat([idToBytes(contactId), short(generation), seconds(expires), fromHex(nonce)]),
  read: (body) =>
    body.length === 30
      ? {
          contactId: bytesToId(body.subarray(0, 16)),
          generation: number(body.subarray(16, 18)),
          expires: instant(body.subarray(18, 22)),
          nonce: hex(body.subarray(22)),
        }
      : undefined,
}

const download: Codec<DownloadToken> = {
  write: ({ requestId, generation, expires }) =>
    Buffer.concat([idToBytes(requestId), short(generation), seconds(expires)]),
  read: (body) =>
    body.length === 22
      ? {
          requestId: bytesToId(body.subarray(0, 16)),
          generation: number(body.subarray(16, 18)),
          expires: instant(body.subarray(18)),
        }
      : undefined,
}

export type TokenKind<T> = {
  mint: (keys: KeySource, value: T) => Promise<string>
  /** The claims, or undefined for anything forged, foreign or past its time. A revoked key opens nothing. */
  open: (keys: KeySource, text: string, now: Date) => Promise<T | undefined>
}

function kind<T>(
  purpose: TokenPurpose,
  codec: Codec<T>,
  expires: (value: T) => Date | undefined,
): TokenKind<T> {
  return {
    mint: async (keys, value) => mintToken(keys, purpose, codec.write(value)),
    open: async (keys, text, now) => {
      const opened = await openToken(keys, purpose, text)
      if (opened.kind === 'invalid' || opened.keyRevoked) return undefined
      const value = codec.read(opened.body)
      if (value === undefined) return undefined
      const end = expires(value)
      return end !== undefined && end <= now ? undefined : value
    },
  }
}

export const undoToken = kind('undo', undo, ({ expires }) => expires)
export const confirmToken = kind('confirm', confirm, () => undefined)
export const manageToken = kind(
  'manage',
  manage,
  ({ issued }) => new Date(issued.getTime() + manageLifeMs),
)
export const sessionToken = kind('session', session, ({ expires }) => expires)
export const downloadToken = kind('download', download, ({ expires }) => expires)

/**
 * The one token that outlives everything (UNSUB-12). Under a revoked key it still turns off, since a
 * leaked key must not keep anyone subscribed, but it may show and mint nothing: hence the flag.
 */
export type OpenedUnsubscribe = UnsubscribeToken & { keyRevoked: boolean }
export const unsubscribeToken = {
  mint: async (keys: KeySource, value: UnsubscribeToken): Promise<string> =>
    mintToken(keys, 'unsubscribe', unsubscribe.write(value)),
  open: async (keys: KeySource, text: string): Promise<OpenedUnsubscribe | undefined> => {
    const opened = await openToken(keys, 'unsubscribe', text)
    if (opened.kind === 'invalid') return undefined
    const value = unsubscribe.read(opened.body)
    return value === undefined ? undefined : { ...value, keyRevoked: opened.keyRevoked }
  },
}
