import * as v from 'valibot'
import {
  alreadyConfirmedPage,
  confirmExpiredPage,
  confirmedPage,
  confirmOvertakenPage,
  confirmPage,
} from '../../web/link-pages/confirm-page.ts'
import { formErrorPage } from '../../web/link-pages/form-error-page.ts'
import { checkInboxPage } from '../../web/link-pages/notice-page.ts'
import type { SignUpValues } from '../../web/shared/sign-up-form.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { readConfirmedSignUp, readSignUp } from '../contact/sign-up-record.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { fieldErrors } from '../platform/field-errors.ts'
import { hasPrivacySignal } from '../platform/global-privacy-control.ts'
import { type HttpAnswer, type HttpEvent, html, json, type Route } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { networkOf } from '../platform/network.ts'
import { Problem } from '../platform/problem.ts'
import type { Send } from '../platform/queue.ts'
import { confirmToken } from '../platform/token-bodies.ts'
import { viewerIp } from '../platform/viewer.ts'
import { type Confirmed, confirm, type Kept } from './confirm.ts'
import { formRoute, isForm, pageRoute, readerOf, tryAgain } from './reader.ts'
import { signUp, signUpSchema } from './sign-up.ts'
import { untickedOf } from './unticked.ts'

export type SubscriptionDeps = {
  store: ContactStore
  letters: Send<LetterMessage>
  log: Log
  clock: () => Date
}

/** The form, and the link that its confirmation mails. */
export function signUpRoutes(deps: SubscriptionDeps): Route[] {
  const page = { policy: deps.store.policy, log: deps.log }
  const route = (
    method: Route['method'],
    path: string,
    handle: (deps: SubscriptionDeps, event: HttpEvent) => Promise<HttpAnswer>,
  ): Route => ({ method, path, handle: pageRoute(page, (event) => handle(deps, event)) })
  return [
    { method: 'POST', path: '/api/subscriptions', handle: subscribing(deps) },
    route('GET', '/s/{token}', showSignUp),
    route('HEAD', '/s/{token}', showSignUp),
    route('POST', '/s/{token}', pressConfirm),
  ]
}

function subscribing(deps: SubscriptionDeps): Route['handle'] {
  const { store, letters, clock, log } = deps
  const schema = signUpSchema(store.policy)
  const take = async (event: HttpEvent): Promise<HttpAnswer> => {
    if (typeof event.body !== 'object' || event.body === null) {
      throw new Problem(415, 'unsupported-media-type')
    }
    const now = clock()
    const parsed = v.safeParse(schema, event.body)
    if (!parsed.success) return refused(deps, event, parsed.issues)
    const reader = readerOf(store.policy, event)
    const from = {
      language: reader.language,
      network: networkOf(viewerIp(event), await store.keys('network'), now),
      privacySignal: hasPrivacySignal(event.headers),
    }
    await signUp({ store, letters, now }, parsed.output, from)
    return isForm(event)
      ? html(202, checkInboxPage(reader))
      : json(202, { status: 'check-your-inbox' })
  }
  return formRoute({ policy: store.policy, log }, take)
}

type Issues = readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]

function refused({ store }: SubscriptionDeps, event: HttpEvent, issues: Issues): HttpAnswer {
  const errors = fieldErrors(issues).map(({ field, message }) => ({
    field: field.split('.')[0] ?? '',
    message,
  }))
  if (!isForm(event)) throw new Problem(400, 'invalid-sign-up', { errors })
  const reader = readerOf(store.policy, event)
  return html(400, formErrorPage({ ...reader, values: typed(event.body), errors }))
}

const text = v.optional(v.fallback(v.pipe(v.string(), v.maxLength(300)), ''))
const list = v.optional(
  v.fallback(
    v.pipe(
      v.union([v.string(), v.array(v.string())]),
      v.transform((value) => [value].flat()),
    ),
    [],
  ),
  [],
)
const typedSchema = v.object({
  email: text,
  name: text,
  company: text,
  title: text,
  phone: text,
  topics: list,
  purposes: list,
})

/** What the person typed, so that nothing is asked twice (UX-03). */
function typed(body: unknown): SignUpValues {
  const parsed = v.safeParse(typedSchema, body)
  return parsed.success ? parsed.output : {}
}

/** Opening the link confirms nothing, whoever opens it (CONS-03). */
async function showSignUp(deps: SubscriptionDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, clock } = deps
  const { policy, tables } = store
  const { token, signUpId } = await signUpOf(deps, event)
  const now = clock()
  const pending = await readSignUp(store, signUpId, now)
  if (pending === undefined) {
    const reader = readerOf(policy, event)
    const confirmed = await readConfirmedSignUp(tables, signUpId, now)
    return confirmed === undefined
      ? html(410, confirmExpiredPage(reader))
      : html(200, alreadyConfirmedPage(reader))
  }
  const { identity, topics, purposes, language } = pending
  const { email, ...details } = identity
  const reader = readerOf(policy, event, language)
  const unticked = await untickedOf(store, pending, { headers: event.headers, now })
  const asked = { address: email, topics, purposes, details, unticked }
  return html(200, confirmPage({ ...reader, token, ...asked }))
}

/** What our page posts: the ticks that were left, and the language, which is there without any. */
const ticked = v.object({ topics: list, purposes: list })
const pressSchema = v.union([
  v.looseObject({ language: v.string() }),
  v.looseObject({ topics: v.unknown() }),
  v.looseObject({ purposes: v.unknown() }),
])

function keptIn(body: unknown): Kept {
  if (!v.is(pressSchema, body)) return 'everything'
  const { topics, purposes } = v.parse(ticked, body)
  return [...topics, ...purposes]
}

async function pressConfirm(deps: SubscriptionDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, log, clock } = deps
  const { signUpId } = await signUpOf(deps, event)
  const keep = keptIn(event.body)
  const privacySignal = hasPrivacySignal(event.headers)
  const outcome = await confirm(store, { signUpId, keep, privacySignal, now: clock() })
  log.info('sign-up pressed', { outcome: outcome.kind })
  const reader = readerOf(store.policy, event)
  switch (outcome.kind) {
    case 'expired':
      return html(410, confirmExpiredPage(reader))
    case 'overtaken':
      return html(410, confirmOvertakenPage(reader))
    case 'being-erased':
      return tryAgain(reader)
    case 'already-confirmed':
      await welcome(deps, outcome.repeat)
      return html(200, alreadyConfirmedPage(reader))
    case 'confirmed':
      await welcome(deps, outcome)
      return html(200, confirmedPage({ ...reader, ...outcome }))
  }
}

/**
 * Asks for one welcome a topic. The choice is stored by now, so a queue that is down must not make
 * the page say otherwise; pressing again asks again.
 */
async function welcome(
  { letters, log }: SubscriptionDeps,
  confirmed: Confirmed | undefined,
): Promise<void> {
  const { topics = [], contactId, ledgerId = '' } = confirmed ?? {}
  if (contactId === undefined) return
  const sent = await Promise.allSettled(
    topics.map((topic) => letters({ kind: 'welcome', contactId, topic, ledgerId })),
  )
  for (const each of sent) {
    if (each.status === 'rejected') log.fault('a welcome could not be asked for', each.reason)
  }
}

async function signUpOf(
  { store, clock }: SubscriptionDeps,
  { pathParameters }: HttpEvent,
): Promise<{ token: string; signUpId: string }> {
  const token = pathParameters?.token ?? ''
  const claims = await confirmToken.open(store.keys, token, clock())
  if (claims === undefined) throw new Problem(404, 'not-found')
  return { token, signUpId: claims.signUpId }
}
