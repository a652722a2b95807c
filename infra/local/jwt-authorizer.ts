import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import * as v from 'valibot'
import type { JwtSettings } from './http-api.ts'

export type JwtVerdict =
  | { kind: 'admitted'; claims: Record<string, string>; scopes: string[] | null }
  | { kind: 'unauthorized'; challenge: string }
  | { kind: 'forbidden' }

export type JwtAuthorizer = (authorization: string | undefined) => Promise<JwtVerdict>

const discoverySchema = v.object({ jwks_uri: v.string() })

/**
 * Checks a bearer token as an HTTP API's JWT authorizer does: RS256 only, issuer, `aud` or else
 * `client_id`, times, and the route's scopes. The keys come from the issuer's discovery document.
 */
export function createJwtAuthorizer(settings: JwtSettings): JwtAuthorizer {
  let keySet: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined
  const keys = () => {
    keySet ??= discoverKeys(settings.issuer).catch((error: unknown) => {
      keySet = undefined
      throw error
    })
    return keySet
  }
  return async (authorization) => {
    const token = /^(?:Bearer )?(.+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) return { kind: 'unauthorized', challenge: 'Bearer' }
    const payload = await verify(token, settings, keys)
    if (!payload || !admitsAudience(payload, settings)) {
      return {
        kind: 'unauthorized',
        challenge:
          'Bearer scope="" error="invalid_token" error_description="the token is not valid"',
      }
    }
    const granted = scopesOf(payload)
    if (settings.scopes.length > 0 && !settings.scopes.some((scope) => granted.includes(scope))) {
      return { kind: 'forbidden' }
    }
    const scopes = settings.scopes.length > 0 ? granted : null
    return { kind: 'admitted', claims: gatewayClaims(payload), scopes }
  }
}

async function verify(
  token: string,
  { issuer }: JwtSettings,
  keys: () => Promise<ReturnType<typeof createRemoteJWKSet>>,
): Promise<JWTPayload | undefined> {
  try {
    const options = { issuer, algorithms: ['RS256'], requiredClaims: ['exp'] }
    return (await jwtVerify(token, await keys(), options)).payload
  } catch {
    return undefined
  }
}

async function discoverKeys(issuer: string) {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const { jwks_uri } = v.parse(discoverySchema, await response.json())
  return createRemoteJWKSet(new URL(jwks_uri))
}

function admitsAudience(payload: JWTPayload, { audience }: JwtSettings): boolean {
  const named = payload.aud ?? payload.client_id
  return [named].flat().some((one) => typeof one === 'string' && audience.includes(one))
}

function scopesOf(payload: JWTPayload): string[] {
  const scope = payload.scope ?? payload.scp ?? ''
  return Array.isArray(scope) ? scope.map(String) : String(scope).split(' ').filter(Boolean)
}

/** API Gateway turns every claim into text, a list into `[a b]`. */
function gatewayClaims(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.map(String).join(' ')}]` : String(value),
    ]),
  )
}
