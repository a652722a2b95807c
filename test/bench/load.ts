import { randomUUID } from 'node:crypto'
import autocannon from 'autocannon'
import { noCampaign, unsubscribeToken } from '../../functions/platform/token-bodies.ts'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import { startLocalCloud } from '../support/local-cloud.ts'
import { cloudDesk } from './cloud-desk.ts'
import { createPeople } from './people.ts'

/** One step of the load: what was offered, what was served, and how one-click fared in it. */
export type LoadStep = {
  /** Requests a second. */
  offered: number
  served: number
  /** Milliseconds from the moment a one-click POST was due until it was answered. */
  oneClick: { median: number; p99: number }
  /** Answers that were not the expected ones, or none at all. */
  failed: number
}

/** One request in ten is a one-click; the others sign up, or look at the page behind the link. */
const oneClickShare = 0.1
const people = 400
const firstPerson = 7_000_000

/**
 * The whole local cloud under a mixed load that grows until less is served than was offered: load,
 * functions and every stand-in for a service share this machine, so it bends early.
 */
export async function measureLoad({
  rates,
  seconds,
}: {
  rates: readonly number[]
  seconds: number
}): Promise<LoadStep[]> {
  const cloud = await startLocalCloud({ empty: true })
  const clients = createClients(cloud.endpoints, cloud.deployment.region)
  try {
    const desk = cloudDesk(cloud, clients)
    const contacts = await createPeople(desk, { from: firstPerson, count: people })
    const links = await Promise.all(
      contacts.map(async ({ contactId }) => {
        const claims = { contactId, topic: 'newsletter', campaign: noCampaign }
        return `/u/${await unsubscribeToken.mint(desk.keys, claims)}`
      }),
    )
    await step(cloud.origin, links, { offered: rates[0] ?? 10, seconds })
    const steps: LoadStep[] = []
    for (const offered of rates) {
      const done = await step(cloud.origin, links, { offered, seconds })
      steps.push(done)
      if (done.served < 0.9 * offered) break
    }
    return steps
  } finally {
    destroyClients(clients)
    await cloud.stop()
  }
}

async function step(
  origin: string,
  links: readonly string[],
  { offered, seconds }: { offered: number; seconds: number },
): Promise<LoadStep> {
  let turn = 0
  const link = () => links[turn++ % links.length] ?? ''
  const [oneClick, others] = await Promise.all([
    autocannon({
      url: origin,
      duration: seconds,
      connections: 10,
      overallRate: Math.max(1, offered * oneClickShare),
      requests: [
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'List-Unsubscribe=One-Click',
          setupRequest: (request) => ({ ...request, path: link() }),
        },
      ],
    }),
    autocannon({
      url: origin,
      duration: seconds,
      connections: 40,
      overallRate: offered * (1 - oneClickShare),
      requests: [
        { method: 'GET', setupRequest: (request) => ({ ...request, path: link() }) },
        {
          method: 'POST',
          path: '/api/subscriptions',
          headers: { 'content-type': 'application/json' },
          setupRequest: (request) => ({ ...request, body: signUp() }),
        },
      ],
    }),
  ])
  const answered = oneClick['2xx'] + others['2xx']
  return {
    offered,
    served: answered / Math.max(oneClick.duration, others.duration),
    oneClick: { median: oneClick.latency.p50, p99: oneClick.latency.p99 },
    failed: [oneClick, others].reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0),
  }
}

const signUp = (): string =>
  JSON.stringify({
    email: `load.${randomUUID()}@example.org`,
    topics: ['newsletter'],
    purposes: [],
    locale: 'nb',
    form: 'footer',
  })
