import { generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { cloud } from './e2e-cloud.ts'
import { remember } from './e2e-traces.ts'

type Over = {
  alg?: string
  issuer?: string
  /** `null` for none at all. */
  audience?: string | null
  claims?: JWTPayload
  expires?: string
}

/** A token of the staff's issuer with these roles, as the identity provider or a forger makes it. */
export async function staffTokenOf(roles: unknown, over: Over = {}): Promise<string> {
  const { key } = cloud.staff
  const { alg = 'RS256' } = over
  const secret = new TextEncoder().encode(JSON.stringify(key.n))
  const signer = alg === 'RS256' ? await importJWK(key, alg) : secret
  const token = await unsigned(roles, over).setProtectedHeader({ alg, kid: 'staff' }).sign(signer)
  remember(token)
  return token
}

function unsigned(roles: unknown, over: Over): SignJWT {
  const { rolesClaim, audience } = cloud.staff
  const jwt = new SignJWT({ sub: 'kari', [rolesClaim]: roles, ...over.claims })
    .setIssuer(over.issuer ?? cloud.issuer)
    .setIssuedAt()
    .setExpirationTime(over.expires ?? '5m')
  return over.audience === null ? jwt : jwt.setAudience(over.audience ?? audience)
}

/** What would let in whoever could forge it, each a hair's breadth from a good token. */
export async function forgedStaffTokens(): Promise<Map<string, string>> {
  const all = ['marketing', 'privacy', 'viewer']
  const { privateKey } = await generateKeyPair('RS256')
  const { audience, rolesClaim } = cloud.staff
  const claims = { sub: 'kari', [rolesClaim]: all, aud: audience, iss: cloud.issuer }
  const none = new UnsecuredJWT(claims).setExpirationTime('5m').encode()
  const other = (over: Over) => staffTokenOf(all, over)
  const forged = new Map([
    ['no token', ''],
    ['another audience', await other({ audience: 'urn:assent:else' })],
    ['another client', await other({ audience: null, claims: { client_id: 'else' } })],
    [
      'an audience beside a client of ours',
      await other({ audience: 'else', claims: { client_id: audience } }),
    ],
    ['neither audience nor client', await other({ audience: null })],
    ['another issuer', await other({ issuer: 'https://login.evil.example' })],
    ['expired', await other({ expires: '-1m' })],
    ['not yet', await other({ claims: { nbf: Math.floor(Date.now() / 1000) + 600 } })],
    ['signed with the public key as a secret', await other({ alg: 'HS256' })],
    ['signed with nothing', none],
    [
      'another key under the same id',
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'staff' })
        .setExpirationTime('5m')
        .sign(privateKey),
    ],
  ])
  remember(...forged.values())
  return forged
}
