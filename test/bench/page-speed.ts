import { createServer } from 'node:http'
import type { Browser } from 'playwright-core'
import { sessionToken } from '../../functions/platform/token-bodies.ts'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import { closeServer, listenOnLoopback } from '../../infra/local/services/loopback.ts'
import { launchBrowser } from '../support/browser.ts'
import { startLocalCloud } from '../support/local-cloud.ts'
import { cloudDesk } from './cloud-desk.ts'
import { createPeople } from './people.ts'
import { type Compared, compare, type Pair } from './statistics.ts'

const blank = '<!doctype html><html lang="en"><title>blank</title><p id="newsletter">Nothing'
/** Chrome's "slow 4G", and a processor of a quarter of this one's speed. */
const slow = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
}
const cpuSlowdown = 4

/**
 * Milliseconds from navigation until the first switch of the preference page stands, with a session's
 * answer in it, on a slow phone and network; against a page of one line from a bare server.
 */
export async function measurePage({ rounds }: { rounds: number }): Promise<Compared> {
  const cloud = await startLocalCloud({ empty: true })
  const clients = createClients(cloud.endpoints, cloud.deployment.region)
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(blank)
  })
  const browser = await launchBrowser()
  try {
    const floor = await listenOnLoopback(server, 0)
    const desk = cloudDesk(cloud, clients)
    const [contact] = await createPeople(desk, { from: 6_000_000, count: 1 })
    if (contact === undefined) throw new Error('There is no person')
    const { contactId, generation } = contact
    const expires = new Date(Date.now() + 3_600_000)
    const claims = { contactId, generation, expires, nonce: '0123456789abcdef' }
    const page = `${cloud.origin}/preferences/#t=${await sessionToken.mint(desk.keys, claims)}`
    await untilUsable(browser, page)
    const pairs: Pair[] = []
    for (let round = 0; round < rounds; round++) {
      pairs.push({
        subject: await untilUsable(browser, page),
        floor: await untilUsable(browser, floor),
      })
    }
    return compare(pairs)
  } finally {
    await browser.close()
    await closeServer(server)
    destroyClients(clients)
    await cloud.stop()
  }
}

/** A visitor who has never been here. */
async function untilUsable(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', slow)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
  const start = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  await page.locator('#newsletter').waitFor()
  const took = performance.now() - start
  await context.close()
  return took
}
