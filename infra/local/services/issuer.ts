import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'
import { inMemoryAdapter } from './issuer-storage.ts'
import { closeServer, listenOnLoopback } from './loopback.ts'
import { staffClient, staffRoles } from './staff-clients.ts'

export type Issuer = { endpoint: string; stop: () => Promise<void> }

export type IssuerOptions = {
  port: number
  audience: string
  rolesClaim: string
  /** What signs its tokens; a key of its own unless somebody else signs too. */
  key?: JWK | undefined
}

/** A token lives as long as a working day's test: nobody wants to fetch one every few minutes. */
const tokenSeconds = 8 * 60 * 60

/**
 * The company's identity provider: RS256 access tokens with the staff role in the configured claim.
 * Its clients have no secret. That is safe on loopback only, where the whole cloud is anyway.
 */
export async function startIssuer({
  port,
  audience,
  rolesClaim,
  key,
}: IssuerOptions): Promise<Issuer> {
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, {
    adapter: inMemoryAdapter(),
    jwks: { keys: [key ?? (await signingKey())] },
    clients: staffRoles.map((role) => ({
      client_id: staffClient(role),
      token_endpoint_auth_method: 'none',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    ttl: { ClientCredentials: tokenSeconds },
    extraTokenClaims: (_context, token) => {
      const role = staffRoles.find((one) => staffClient(one) === token.clientId)
      return role && { [rolesClaim]: [role] }
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:assent:staff',
        getResourceServerInfo: () => ({
          audience,
          scope: '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  })
  const server = createServer(provider.callback())
  const endpoint = await listenOnLoopback(server, port)
  return { endpoint, stop: () => closeServer(server) }
}

/** A new RS256 key, private and with its purpose written on it. */
export async function signingKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' }
}
