import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../infra/local/free-ports.ts'
import { createJwtAuthorizer, type JwtVerdict } from '../../../infra/local/jwt-authorizer.ts'
import { type Issuer, startIssuer } from '../../../infra/local/services/issuer.ts'
import { staffClient } from '../../../infra/local/services/staff-clients.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer({
    port: await freePort(),
    audience: 'assent-staff',
    rolesClaim: 'company/roles',
  })
})
afterAll(() => issuer.stop())

const settings = (changes: object = {}) => ({
  issuer: issuer.endpoint,
  audience: ['assent-staff'],
  scopes: [],
  ...changes,
})

async function tokenFor(role: 'marketing' | 'privacy' | 'viewer'): Promise<string> {
  const response = await fetch(`${issuer.endpoint}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: staffClient(role) }),
  })
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

const ask = (token: string, changes: object = {}): Promise<JwtVerdict> =>
  createJwtAuthorizer(settings(changes))(`Bearer ${token}`)

describe('the staff routes’ authorizer', () => {
  it('admits the issuer’s token and hands its role on as API Gateway does', async () => {
    const verdict = await ask(await tokenFor('marketing'))

    expect(verdict).toMatchObject({
      kind: 'admitted',
      claims: { 'company/roles': '[marketing]', aud: 'assent-staff', exp: expect.any(String) },
      scopes: null,
    })
  })

  it('refuses who brings no token, and says what is wanted', async () => {
    expect(await createJwtAuthorizer(settings())(undefined)).toEqual({
      kind: 'unauthorized',
      challenge: 'Bearer',
    })
  })

  it.each([
    ['for another audience', { audience: ['someone-else'] }],
    ['of another issuer', { issuer: 'http://127.0.0.1:9' }],
  ])('refuses a token %s', async (_case, changes) => {
    expect(await ask(await tokenFor('viewer'), changes)).toMatchObject({ kind: 'unauthorized' })
  })

  it('refuses a token whose role was changed', async () => {
    const [header, payload = '', signature] = (await tokenFor('viewer')).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const raised = { ...claims, 'company/roles': ['marketing'] }
    const body = Buffer.from(JSON.stringify(raised)).toString('base64url')

    expect(await ask(`${header}.${body}.${signature}`)).toMatchObject({ kind: 'unauthorized' })
  })

  it('refuses a token that someone else signed, or with an algorithm that HTTP APIs do not take', async () => {
    const stranger = await generateKeyPair('RS256')
    const claims = (alg: string) =>
      new SignJWT({ 'company/roles': ['marketing'], aud: 'assent-staff' })
        .setIssuer(issuer.endpoint)
        .setExpirationTime('1h')
        .setProtectedHeader({ alg, kid })
    const { keys } = (await (await fetch(`${issuer.endpoint}/jwks`)).json()) as {
      keys: { kid: string }[]
    }
    const kid = keys[0]?.kid ?? ''
    const foreign = await claims('RS256').sign(stranger.privateKey)
    const publicText = JSON.stringify(await exportJWK(stranger.publicKey))
    const symmetric = await claims('HS256').sign(Buffer.from(publicText))

    expect(await ask(foreign)).toMatchObject({ kind: 'unauthorized' })
    expect(await ask(symmetric)).toMatchObject({ kind: 'unauthorized' })
  })

  it('forbids a token without any scope that the route asks for', async () => {
    const token = await tokenFor('viewer')

    expect(await ask(token, { scopes: ['exports:write'] })).toEqual({ kind: 'forbidden' })
  })
})
