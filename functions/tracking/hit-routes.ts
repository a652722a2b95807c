import { hasPrivacySignal } from '../platform/global-privacy-control.ts'
import { type Hit, readHitId, sharedMessageId } from '../platform/hit-id.ts'
import type { HttpAnswer, HttpEvent, Route } from '../platform/http.ts'
import type { KeySource } from '../platform/keyring.ts'
import type { Log } from '../platform/log.ts'
import { networkOf } from '../platform/network.ts'
import { Problem } from '../platform/problem.ts'
import type { Send } from '../platform/queue.ts'
import { viewerIp } from '../platform/viewer.ts'
import type { CampaignLinks } from './campaign-links.ts'
import type { HitMessage } from './hit-message.ts'
import { signOf } from './sign-of.ts'

export type HitDeps = {
  keys: KeySource
  links: CampaignLinks
  hits: Send<HitMessage>
  log: Log
  clock: () => Date
}

/**
 * The pixel and the tracked links. Neither knows the person or looks them up: whether anything may be
 * recorded is asked later and elsewhere, so that the answer is the same for everybody (TRACK-03).
 */
export function hitRoutes(deps: HitDeps): Route[] {
  const open = (event: HttpEvent) => showPixel(deps, event)
  const click = (event: HttpEvent) => follow(deps, event)
  return [
    { method: 'GET', path: '/o/{file}', handle: open },
    { method: 'HEAD', path: '/o/{file}', handle: open },
    { method: 'GET', path: '/c/{id}/{n}', handle: click },
    { method: 'HEAD', path: '/c/{id}/{n}', handle: click },
  ]
}

/** One transparent point: the 43 bytes of every pixel. */
const pixel: HttpAnswer = {
  statusCode: 200,
  headers: { 'content-type': 'image/gif' },
  body: 'R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==',
  isBase64Encoded: true,
}

/** The same picture for whatever is asked, and also while nothing behind it works (TRACK-03). */
async function showPixel(deps: HitDeps, event: HttpEvent): Promise<HttpAnswer> {
  await quietly(deps, async () => {
    const id = /^([\w-]+)\.gif$/.exec(event.pathParameters?.file ?? '')?.[1]
    const hit = id === undefined ? undefined : readHitId(await deps.keys('hit'), id)
    if (hit !== undefined) await record(deps, event, { kind: 'open', ...hit })
  })
  return { ...pixel, headers: { ...pixel.headers } }
}

/**
 * To the page as it was stored with the campaign, and nothing added to it (TRACK-10, SEC-07): also for
 * those who have said no or are gone, of whom nothing is recorded.
 */
async function follow(deps: HitDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { id = '', n = '' } = event.pathParameters ?? {}
  const hit = readHitId(await deps.keys('hit'), id)
  const link = /^(0|[1-9]\d{0,2})$/.test(n) ? Number(n) : undefined
  if (hit === undefined || link === undefined) throw new Problem(404, 'not-found')
  const target = (await deps.links(hit.campaignId))?.targets[link]
  if (target === undefined || !/^https?:\/\/[\x21-\x7e]+$/i.test(target)) {
    throw new Problem(404, 'not-found')
  }
  const signalled = hasPrivacySignal(event.headers) ? ({ signalled: true } as const) : {}
  await quietly(deps, () => record(deps, event, { kind: 'click', link, ...signalled, ...hit }))
  const headers = { location: target, 'content-type': 'text/html; charset=utf-8' }
  return { statusCode: 302, headers, body: '' }
}

type Seen = Hit & ({ kind: 'open' } | { kind: 'click'; link: number; signalled?: true })

async function record({ keys, hits, clock }: HitDeps, event: HttpEvent, seen: Seen): Promise<void> {
  const now = clock()
  const ip = viewerIp(event)
  const { method } = event.requestContext.http
  const userAgent = event.headers['user-agent'] ?? ''
  await hits({
    ...seen,
    sign: signOf({ method, userAgent, ip }),
    // What is of nobody is not told by whom it was fetched, either (TRACK-04).
    network:
      seen.messageId === sharedMessageId ? 'none' : networkOf(ip, await keys('network'), now),
    at: now.toISOString(),
  })
}

/** A hit that cannot be recorded is lost, and nobody waits for it or sees it fail (SEC-12). */
async function quietly({ log }: HitDeps, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (fault) {
    log.fault('a hit was not recorded', fault)
  }
}
