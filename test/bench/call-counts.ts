import { confirmToken, manageToken } from '../../functions/platform/token-bodies.ts'
import { type HttpCall, httpEvent, signUpEvent } from './acts.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { type AwsCall, countByAction, isKeyLoad } from './counting-proxy.ts'
import { startFunctionProcess } from './function-process.ts'
import { createPeople } from './people.ts'

export type CallCount = { name: string; calls: Record<string, number> }

/** What the acts of one journey cost in AWS calls, keys apart: those that have no floor of their own. */
export async function countCalls(cloud: BenchCloud): Promise<CallCount[]> {
  const { keys, takeCalls } = cloud
  const fn = cloud.fn('subscriber-api')
  const environment = cloud.environment('subscriber-api', 'counted')
  const { memoryMegabytes, module } = fn
  const lambda = await startFunctionProcess({ module, environment, memoryMegabytes })
  const counts: CallCount[] = []
  const say = async (event: string) => {
    takeCalls()
    const [result = ''] = (await lambda.run({ events: [event] })).results
    const { statusCode, body } = JSON.parse(result) as { statusCode: number; body: string }
    if (statusCode >= 300) throw new Error(`${statusCode}: ${body}`)
    return { body, calls: takeCalls().filter((call) => !isKeyLoad(call)) }
  }
  const count = async (name: string, call: HttpCall) => {
    const { body, calls } = await say(httpEvent(call))
    counts.push({ name, calls: countByAction(calls) })
    return body
  }
  try {
    const signedUp = await say(signUpEvent('counted@example.org'))
    const signUpId = signUpIdOf(signedUp.calls)
    const token = await confirmToken.mint(keys, { signUpId })
    const link = { path: `/s/${token}`, parameters: { token } }
    await count('confirm page GET /s/{token}', {
      ...link,
      method: 'GET',
      routeKey: 'GET /s/{token}',
    })
    await count('confirm POST /s/{token}', {
      ...link,
      method: 'POST',
      routeKey: 'POST /s/{token}',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'topics=newsletter&topics=events&purposes=open-tracking',
    })

    const [person] = await createPeople(cloud, { from: peopleApart, count: 1 })
    if (person === undefined) throw new Error('There is no person')
    const { contactId, generation } = person
    const claims = { contactId, generation, issued: new Date(), nonce: '0123456789abcdef' }
    const manage = await manageToken.mint(keys, claims)
    const opened = await count('session POST /api/sessions', {
      method: 'POST',
      routeKey: 'POST /api/sessions',
      path: '/api/sessions',
      headers: { authorization: `Bearer ${manage}` },
    })
    const session = (JSON.parse(opened) as { token: string }).token
    const headers = { authorization: `Bearer ${session}`, 'content-type': 'application/json' }
    const path = '/api/preferences'
    await count('preferences GET, by session', {
      method: 'GET',
      routeKey: `GET ${path}`,
      path,
      headers,
    })
    await count('preferences PATCH, by session', {
      method: 'PATCH',
      routeKey: `PATCH ${path}`,
      path,
      headers,
      body: JSON.stringify({ choices: { newsletter: 'withdrawn' } }),
    })
    return counts
  } finally {
    await lambda.stop()
  }
}

/** Numbers of people that no other part of the bench makes. */
const peopleApart = 9_000_000

/** The queue's message is the only place that says it: the answer must not. */
function signUpIdOf(calls: readonly AwsCall[]): string {
  const sent = calls.find(({ action }) => action === 'SendMessage')
  const { MessageBody } = JSON.parse(sent?.body ?? '{}') as { MessageBody: string }
  return (JSON.parse(MessageBody) as { signUpId: string }).signUpId
}
