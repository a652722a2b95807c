import * as v from 'valibot'
import { linkInvalidPage, linkSentPage } from '../../web/link-pages/notice-page.ts'
import { addressKeys, addressSchema } from '../contact/address.ts'
import { anyBearer, type Bearer } from '../contact/bearer.ts'
import { standingOf } from '../contact/contact.ts'
import { type AddressRecord, readAddress } from '../contact/suppression.ts'
import { hasPrivacySignal } from '../platform/global-privacy-control.ts'
import {
  bearerOf,
  type HttpAnswer,
  type HttpEvent,
  html,
  json,
  parseBody,
  type Route,
} from '../platform/http.ts'
import { networkOf } from '../platform/network.ts'
import { Problem } from '../platform/problem.ts'
import { manageToken, undoToken, unsubscribeToken } from '../platform/token-bodies.ts'
import { viewerIp } from '../platform/viewer.ts'
import { changePreferences } from './change-preferences.ts'
import { knownInterests } from './known-interests.ts'
import { fullView, linkView, type Preferences } from './preferences.ts'
import { formRoute, isForm, readerOf } from './reader.ts'
import { exchange } from './sessions.ts'
import type { SubscriptionDeps } from './sign-up-routes.ts'
import { undo } from './undo.ts'
import { checkWishes, preferencesPatch, type Wishes } from './wishes.ts'

/** What the preference page asks for: a way in, a session, one's choices, and their change. */
export function preferenceRoutes(deps: SubscriptionDeps): Route[] {
  const bound =
    (handle: (deps: SubscriptionDeps, event: HttpEvent) => Promise<HttpAnswer>) =>
    (event: HttpEvent): Promise<HttpAnswer> =>
      handle(deps, event)
  const page = { policy: deps.store.policy, log: deps.log }
  return [
    { method: 'POST', path: '/api/links', handle: formRoute(page, bound(mailLink)) },
    { method: 'POST', path: '/api/sessions', handle: bound(openSession) },
    { method: 'GET', path: '/api/preferences', handle: bound(show) },
    { method: 'PATCH', path: '/api/preferences', handle: bound(patch) },
  ]
}

const linkRequest = v.union(
  [v.object({ token: v.pipe(v.string(), v.maxLength(256)) }), v.object({ email: addressSchema })],
  'needs an e-mail address',
)

/**
 * One queue message whatever the address, and the same answer at once (SEC-08). It carries the
 * caller's network as a keyed hash, so that one network cannot mail everybody (SEC-09).
 */
async function mailLink(deps: SubscriptionDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, letters, clock } = deps
  const bearer = bearerOf(event)
  const isPage = isForm(event)
  const reader = readerOf(store.policy, event)
  const request = bearer === undefined ? parseBody(linkRequest, event.body) : { token: bearer }
  const network = networkOf(viewerIp(event), await store.keys('network'), clock())
  if ('email' in request) {
    const keys = addressKeys(request.email, await store.keys('address'))
    await letters({ kind: 'manage', addressKeys: keys, network })
  } else {
    const token = await unsubscribeToken.open(store.keys, request.token)
    if (token === undefined && isPage) return html(404, linkInvalidPage(reader))
    if (token === undefined) throw new Problem(401, 'unauthorised')
    const { contactId, keyRevoked } = token
    if (!keyRevoked) await letters({ kind: 'manage-contact', contactId, network })
  }
  return isPage ? html(202, linkSentPage(reader)) : json(202, { status: 'check-your-inbox' })
}

async function openSession(
  { store, log, clock }: SubscriptionDeps,
  event: HttpEvent,
): Promise<HttpAnswer> {
  const now = clock()
  const claims = await manageToken.open(store.keys, bearerOf(event) ?? '', now)
  const session = claims && (await exchange(store, claims, now))
  log.info('session', { outcome: session === undefined ? 'refused' : 'opened' })
  if (session === undefined) throw new Problem(401, 'unauthorised')
  return json(200, { token: session.token, expiresAt: session.expiresAt.toISOString() })
}

async function show({ store, clock }: SubscriptionDeps, event: HttpEvent): Promise<HttpAnswer> {
  const now = clock()
  const view = await viewFor(store, await anyBearer(store, event, now), { now })
  return answered(event, view)
}

/** What the page shows, with what this browser says of itself. */
function answered({ headers }: HttpEvent, view: Preferences & { undo?: string }): HttpAnswer {
  return json(200, hasPrivacySignal(headers) ? { ...view, privacySignal: true } : view)
}

async function viewFor(
  store: SubscriptionDeps['store'],
  { via, contact }: Bearer,
  { now, known }: { now: Date; known?: AddressRecord },
): Promise<Preferences> {
  if (via === 'unsubscribe') return linkView(store.policy, { contact, now })
  const address = known ?? (await readAddress(store.tables, [contact.addressKey]))
  const interests = await knownInterests(store, standingOf(contact, address), now)
  const view = fullView(store.policy, { contact, address, now })
  return interests === undefined ? view : { ...view, interests }
}

async function patch(deps: SubscriptionDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, clock, log } = deps
  const now = clock()
  const wanted = parseBody(preferencesPatch, event.body)
  if ((wanted.choices === undefined) === (wanted.undo === undefined)) {
    throw new Problem(400, 'invalid-request')
  }
  const bearer = await anyBearer(store, event, now)
  if (wanted.undo !== undefined) {
    return answered(event, await takeBack(deps, bearer, { text: wanted.undo, now }))
  }
  const wishes: Wishes = wanted.choices ?? {}
  checkWishes(store.policy, bearer.via, wishes)
  const { changed, undo: undoText } = await changePreferences(store, bearer.contact.contactId, {
    wishes,
    method: 'preference-page',
    privacySignal: hasPrivacySignal(event.headers),
    now,
  })
  log.info('preferences changed', { outcome: changed.kind, count: Object.keys(wishes).length })
  if (changed.kind === 'no-contact') throw new Problem(401, 'unauthorised')
  const { contact, address } = changed
  const view = await viewFor(store, { ...bearer, contact }, { now, known: address })
  return answered(event, undoText === undefined ? view : { ...view, undo: undoText })
}

async function takeBack(
  { store }: SubscriptionDeps,
  bearer: Bearer,
  { text, now }: { text: string; now: Date },
): Promise<Preferences> {
  const claims = await undoToken.open(store.keys, text, now)
  if (claims === undefined || claims.contactId !== bearer.contact.contactId) {
    throw new Problem(409, 'expired')
  }
  const outcome = await undo(store, claims, { method: 'preference-page', now })
  if (outcome.kind === 'too-late') throw new Problem(409, 'expired')
  return viewFor(store, { ...bearer, contact: outcome.contact }, { now })
}
