import { createSecretKey, randomBytes } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { noCampaign, unsubscribeToken } from '../../functions/platform/token-bodies.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { idOf } from './people.ts'
import { type Compared, compare, type Pair } from './statistics.ts'

export type TokenCost = { name: string; cpu: Compared }

/**
 * Microseconds of CPU to mint and to open one unsubscribe token, against a JWT of HS256 by `jose`
 * that says the same: whose it is, which topic, which campaign.
 */
export async function measureTokens(
  { keys }: Pick<BenchCloud, 'keys'>,
  { rounds, calls }: { rounds: number; calls: number },
): Promise<TokenCost[]> {
  const secret = createSecretKey(randomBytes(32))
  const claims = { contactId: idOf(1), topic: 'newsletter', campaign: noCampaign }
  const jwt = (): Promise<string> =>
    new SignJWT({ topic: claims.topic, campaign: claims.campaign })
      .setProtectedHeader({ alg: 'HS256', kid: '1' })
      .setSubject(claims.contactId)
      .sign(secret)
  const ours = await unsubscribeToken.mint(keys, claims)
  const theirs = await jwt()
  return [
    {
      name: 'token: minted',
      cpu: await inTurn(
        { subject: () => unsubscribeToken.mint(keys, claims), floor: jwt },
        { rounds, calls },
      ),
    },
    {
      name: 'token: opened',
      cpu: await inTurn(
        {
          subject: () => opened(unsubscribeToken.open(keys, ours)),
          floor: () => opened(jwtVerify(theirs, secret, { algorithms: ['HS256'] })),
        },
        { rounds, calls },
      ),
    },
  ]
}

/** What did not open was no measurement. */
async function opened(result: Promise<unknown>): Promise<unknown> {
  const value = await result
  if (value === undefined) throw new Error('A token of our own did not open')
  return value
}

type Work = () => Promise<unknown>

/** Microseconds of CPU of both, in turn. */
export async function inTurn(
  { subject, floor }: { subject: Work; floor: Work },
  { rounds, calls }: { rounds: number; calls: number },
): Promise<Compared> {
  await spent(subject, calls)
  await spent(floor, calls)
  const measured: Pair[] = []
  for (let round = 0; round < rounds; round++) {
    measured.push({ subject: await spent(subject, calls), floor: await spent(floor, calls) })
  }
  return compare(measured)
}

async function spent(work: Work, calls: number): Promise<number> {
  const before = process.cpuUsage()
  for (let call = 0; call < calls; call++) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}
