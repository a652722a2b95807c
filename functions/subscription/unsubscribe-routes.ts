import * as v from 'valibot'
import { type LinkView, unsubscribePage } from '../../web/link-pages/unsubscribe-page.ts'
import {
  undonePage,
  undoTooLatePage,
  unsubscribedPage,
} from '../../web/link-pages/unsubscribed-page.ts'
import { isTopic } from '../consent/policy.ts'
import { type ContactStore, readOpenContact } from '../contact/contacts.ts'
import { type HttpAnswer, type HttpEvent, html, type Route } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { RestoreGate } from '../platform/restore-gate.ts'
import { type OpenedUnsubscribe, undoToken, unsubscribeToken } from '../platform/token-bodies.ts'
import { linkView } from './preferences.ts'
import { pageRoute, readerOf } from './reader.ts'
import { undo } from './undo.ts'
import { unsubscribe } from './unsubscribe.ts'

export type UnsubscribeDeps = {
  store: ContactStore
  /** False while a restore runs: then a link does what it does under a revoked key (RIGHT-13). */
  isOpen: RestoreGate
  log: Log
  clock: () => Date
}

/** Everything behind `/u/{token}`: the link in every mail and the header that providers post to. */
export function unsubscribeRoutes(deps: UnsubscribeDeps): Route[] {
  const page = { policy: deps.store.policy, log: deps.log }
  const show = pageRoute(page, (event) => showPage(deps, event))
  return [
    { method: 'GET', path: '/u/{token}', handle: show },
    { method: 'HEAD', path: '/u/{token}', handle: show },
    { method: 'POST', path: '/u/{token}', handle: pageRoute(page, (event) => press(deps, event)) },
    {
      method: 'POST',
      path: '/u/{token}/undo',
      handle: pageRoute(page, (event) => takeBack(deps, event)),
    },
  ]
}

/** Reads only, whoever fetches it and however often (UNSUB-07). */
async function showPage(deps: UnsubscribeDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store } = deps
  const { text, token } = await tokenOf(deps, event)
  const known = token.keyRevoked ? undefined : await knownTo(deps, token)
  const reader = readerOf(store.policy, event, known?.language)
  return html(
    200,
    unsubscribePage({ ...reader, token: text, topic: token.topic, known: known?.view }),
  )
}

/** What the link may show; nothing at all when it cannot be read, for the button matters more. */
async function knownTo(
  { store, log, clock }: UnsubscribeDeps,
  { contactId }: OpenedUnsubscribe,
): Promise<{ language: string; view: LinkView } | undefined> {
  const contact = await readOpenContact(store, contactId).catch((fault: unknown) => {
    log.fault('a page was shown without what we know', fault)
    return undefined
  })
  if (contact === undefined || contact.erasing !== undefined) return undefined
  const { address, choices, marketing } = linkView(store.policy, { contact, now: clock() })
  const topics = choices.flatMap(({ id, kind, on }) =>
    kind === 'topic' ? [{ id, on: on === true }] : [],
  )
  return { language: contact.language, view: { address, topics, marketing } }
}

/** What our own form posts; a provider's one-click body is anything else (UNSUB-04). */
const pressSchema = v.object({ scope: v.picklist(['topic', 'all']) })

async function press(deps: UnsubscribeDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, log, clock } = deps
  const { text, token } = await tokenOf(deps, event)
  const pressed = v.safeParse(pressSchema, event.body)
  const scope = pressed.success ? pressed.output.scope : store.policy.mail.oneClickScope
  const method = pressed.success ? 'unsubscribe-page' : 'one-click'
  const { outcome, undo: undoText } = await unsubscribe(store, {
    token,
    scope,
    method,
    now: clock(),
  })
  log.info('unsubscribed', { kind: method, outcome, ...topicOf(store, token) })
  const known = pressed.success && !token.keyRevoked ? await knownTo(deps, token) : undefined
  return html(
    200,
    unsubscribedPage({
      ...readerOf(store.policy, event, known?.language),
      token: text,
      topic: token.topic,
      scope,
      address: known?.view.address,
      undo: undoText,
    }),
  )
}

const undoSchema = v.object({ undo: v.string() })

async function takeBack(deps: UnsubscribeDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, log, clock } = deps
  const { text, token } = await tokenOf(deps, event)
  const reader = readerOf(store.policy, event)
  const posted = v.safeParse(undoSchema, event.body)
  const now = clock()
  const claims = posted.success
    ? await undoToken.open(store.keys, posted.output.undo, now)
    : undefined
  // A link under a revoked key turns off, and nothing else (SEC-03).
  if (claims === undefined || claims.contactId !== token.contactId || token.keyRevoked) {
    return html(409, undoTooLatePage({ ...reader, token: text }))
  }
  const { kind } = await undo(store, claims, { method: 'unsubscribe-page', now })
  log.info('undo', { outcome: kind })
  return kind === 'undone'
    ? html(200, undonePage({ ...reader, token: text, topic: token.topic }))
    : html(409, undoTooLatePage({ ...reader, token: text }))
}

/** The token in the path. @throws {Problem} 404, the same for every kind of wrong (UNSUB-08). */
async function tokenOf(
  { store, isOpen, log }: UnsubscribeDeps,
  { pathParameters }: HttpEvent,
): Promise<{ text: string; token: OpenedUnsubscribe }> {
  const text = pathParameters?.token ?? ''
  const token = await unsubscribeToken.open(store.keys, text)
  if (token === undefined) throw new Problem(404, 'not-found')
  if (token.keyRevoked) return { text, token }
  const open = await isOpen().catch((fault: unknown) => {
    log.fault('a link shows nothing, since it is not known whether a restore runs', fault)
    return false
  })
  return { text, token: { ...token, keyRevoked: !open } }
}

const topicOf = ({ policy }: ContactStore, { topic }: OpenedUnsubscribe): { topic?: string } =>
  isTopic(policy, topic) ? { topic } : {}
