import { randomBytes } from 'node:crypto'
import { randomId } from '../../functions/platform/id.ts'
import {
  type KeySource,
  type TokenPurpose,
  tokenPurposes,
} from '../../functions/platform/keyring.ts'
import {
  confirmToken,
  downloadToken,
  manageToken,
  noCampaign,
  sessionToken,
  undoToken,
  unsubscribeToken,
} from '../../functions/platform/token-bodies.ts'
import type { TokenKind } from './doors.ts'
import { books } from './e2e-cloud.ts'
import { revokedKeyId } from './revoked-key.ts'

/** Whose tokens: what the claims of each purpose are about. */
export type TokensOf = {
  contactId: string
  generation: number
  signUpId: string
  /** A turn-off that is the latest word of its topic. */
  ledgerId: string
}

const minutes = (count: number) => new Date(Date.now() + count * 60_000)
const nonce = () => randomBytes(8).toString('hex')

type Claims = TokensOf & { end: Date }
const minting: Record<TokenPurpose, (keys: KeySource, claims: Claims) => Promise<string>> = {
  unsubscribe: (keys, { contactId }) =>
    unsubscribeToken.mint(keys, { contactId, topic: 'newsletter', campaign: noCampaign }),
  undo: (keys, { contactId, ledgerId, end }) =>
    undoToken.mint(keys, { contactId, ledgerId, expires: end }),
  confirm: (keys, { signUpId }) => confirmToken.mint(keys, { signUpId }),
  manage: (keys, { contactId, generation, end }) =>
    manageToken.mint(keys, {
      contactId,
      generation,
      issued: new Date(end.getTime() - 30 * 60_000),
      nonce: nonce(),
    }),
  session: (keys, { contactId, generation, end }) =>
    sessionToken.mint(keys, { contactId, generation, expires: end, nonce: nonce() }),
  download: (keys, { generation, end }) =>
    downloadToken.mint(keys, { requestId: randomId(), generation, expires: end }),
}

/** Signs with the key of this id as if it still were good. */
const asIfCurrent =
  (wanted: number): KeySource =>
  async (purpose) => {
    const keys = await books.store.keys(purpose)
    return keys.filter(({ id }) => id === wanted).map((key) => ({ ...key, state: 'current' }))
  }
const otherStage: KeySource = async () => [{ id: 1, bytes: randomBytes(32), state: 'current' }]

/** One token of every kind that the table of doors knows. */
export async function everyToken(of: TokensOf): Promise<Map<TokenKind, string>> {
  const good = asIfCurrent(1)
  const claims = { ...of, end: minutes(5) }
  const older = { ...claims, generation: of.generation - 1 }
  const expired = { ...claims, end: minutes(-1) }
  const tokens = new Map<TokenKind, string>([
    ['none', ''],
    ['garbage', randomBytes(50).toString('base64url')],
  ])
  for (const purpose of tokenPurposes) {
    const mint = minting[purpose]
    tokens.set(purpose, await mint(good, claims))
    tokens.set(`${purpose}, revoked key`, await mint(asIfCurrent(revokedKeyId), claims))
    tokens.set(`${purpose}, other stage`, await mint(otherStage, claims))
  }
  for (const purpose of ['manage', 'session', 'download'] as const) {
    tokens.set(`${purpose}, older generation`, await minting[purpose](good, older))
  }
  for (const purpose of ['undo', 'manage', 'session', 'download'] as const) {
    tokens.set(`${purpose}, expired`, await minting[purpose](good, expired))
  }
  return tokens
}
