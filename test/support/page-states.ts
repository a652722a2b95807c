import type { Choice, Preferences, Request } from '../../web/preferences/preferences.ts'
import type { Choosing, View } from '../../web/preferences/state.ts'

/** The states of the preference page, for tests that draw them and for the pictures. */
export const since = '2026-03-03T12:00:00.000Z'

export const full: Preferences = {
  via: 'session',
  address: 'kari@example.org',
  language: 'en',
  marketing: 'on',
  erasing: false,
  details: { name: 'Kari Nordmann', company: 'Fjell & Fjord AS', phone: '+47 912 34 567' },
  choices: [
    {
      id: 'newsletter',
      kind: 'topic',
      on: true,
      state: 'given',
      since,
      basis: 'consent',
      receipt: 'receipt-newsletter',
    },
    {
      id: 'events',
      kind: 'topic',
      on: false,
      state: 'withdrawn',
      since,
      receipt: 'receipt-events',
    },
    { id: 'webinars', kind: 'topic', on: false, state: 'unknown' },
    {
      id: 'customer-offers',
      kind: 'topic',
      on: true,
      state: 'given',
      since,
      basis: 'existing_customer',
    },
    { id: 'open-tracking', kind: 'purpose', on: false, state: 'refused', since },
    { id: 'profiling', kind: 'purpose', on: true, state: 'given', since, basis: 'consent' },
    { id: 'calls', kind: 'purpose', on: false, state: 'unknown' },
  ],
}

/** What is inferred of somebody who allows it. */
export const known: NonNullable<Preferences['interests']> = {
  weight: 10,
  halfLifeDays: 90,
  each: [
    { name: { nb: 'Planlegging', en: 'Planning' }, points: 17.42, links: 2, lastAt: since },
    { name: { nb: 'Integrasjon', en: 'Integration' }, points: 3, links: 1, lastAt: since },
  ],
}

export const limited: Preferences = {
  ...full,
  via: 'unsubscribe',
  address: 'k•••@example.org',
  choices: full.choices.map(
    ({ id, kind, on }): Choice => (kind === 'topic' ? { id, kind, on } : { id, kind }),
  ),
}

export const choosing = (preferences: Preferences, more: Partial<Choosing> = {}): Choosing => ({
  kind: 'choices',
  preferences,
  pending: {},
  turnedOff: [],
  ...more,
})

/** With some of the choices as given. */
export function withChoices(
  preferences: Preferences,
  over: Readonly<Record<string, Partial<Choice>>>,
): Preferences {
  const choices = preferences.choices.map((choice) => ({ ...choice, ...over[choice.id] }))
  return { ...preferences, choices }
}

/** A request of the reader's, three digits of its id its own. */
const asked = (request: Pick<Request, 'kind' | 'status'> & Partial<Request>): Request => ({
  id: `019ab3a5-8c1c-7b4e-9d1e-2f7d3c5b${request.kind.length}${request.status.length}`,
  receivedAt: since,
  dueAt: '2026-04-03T12:00:00.000Z',
  ...request,
})
const closed = { status: 'done', closedAt: since, outcome: 'carried-out' } as const

const paused = { on: false, state: 'paused', since, until: '2026-12-24T12:00:00.000Z' } as const
const objected = { on: false, state: 'objected', since } as const
const everyId = full.choices.map(({ id }) => id)

export const states: Readonly<Record<string, View>> = {
  opening: { kind: 'opening' },
  ask: { kind: 'ask' },
  'ask, expired, error': { kind: 'ask', because: 'expired', error: 'email' },
  'ask, ended, failed': { kind: 'ask', because: 'ended', error: 'failed' },
  sent: { kind: 'sent' },
  door: { kind: 'door', failed: false },
  'door, failed': { kind: 'door', failed: true },
  choices: choosing(full),
  'choices, interests': choosing({ ...full, interests: known }),
  'choices, saved': choosing(full, {
    note: {
      place: 'events',
      words: ({ preferences }) => preferences.savedOff,
      undo: { undo: 'UNDO' },
    },
  }),
  'choices, asked in their name': choosing(full, {
    requests: (['access', 'rectification', 'erasure', 'restriction', 'objection'] as const).map(
      (kind) => asked({ kind, status: 'awaiting-identity' }),
    ),
  }),
  'choices, it was them': choosing(full, {
    requests: [],
    note: { place: 'waiting', words: ({ preferences }) => preferences.savedWaiting },
  }),
  'choices, paused': choosing(withChoices(full, { newsletter: paused }), {
    note: {
      place: 'topics',
      words: ({ preferences }) => preferences.savedPaused(30),
      undo: { undo: 'UNDO' },
    },
  }),
  'choices, asked anew, signal': choosing({
    ...withChoices(full, { profiling: { on: false, ask: true }, events: { ask: true } }),
    privacySignal: true,
  }),
  'choices, no answer': choosing(full, {
    note: {
      place: 'newsletter',
      words: ({ preferences }) => preferences.noAnswer,
      again: async () => {},
      failed: true,
    },
  }),
  'choices, objected': choosing(withChoices(full, { profiling: objected }), {
    note: {
      place: 'object',
      words: ({ preferences }) =>
        `${preferences.savedProfiling} ${preferences.registered('3. 3. 2026', '019ab3a5-8c1c-7b4e-9d1e-2f7d3c5b6a70')}`,
    },
  }),
  'choices, objected to everything': choosing({
    ...withChoices(full, Object.fromEntries(everyId.map((id) => [id, objected]))),
    marketing: 'stopped',
  }),
  limited: choosing(limited),
  'limited, link sent': choosing(limited, {
    turnedOff: ['profiling'],
    note: { place: 'link', words: ({ preferences }) => preferences.linkSent },
  }),
  'limited, stopped': choosing({
    ...withChoices(limited, { newsletter: { on: false }, 'customer-offers': { on: false } }),
    marketing: 'stopped',
  }),
  'choices, requests': choosing(full, {
    requests: [
      asked({ kind: 'access', status: 'in-progress' }),
      asked({ kind: 'access', ...closed, copyUntil: since }),
      asked({ kind: 'rectification', detail: 'address', status: 'in-progress' }),
      asked({ kind: 'rectification', detail: 'address', ...closed, outcome: 'lapsed' }),
      asked({ kind: 'rectification', status: 'received', extendedAt: since }),
      asked({ kind: 'objection', detail: 'profiling', ...closed }),
      asked({ kind: 'restriction', detail: 'lift', ...closed }),
      asked({ kind: 'erasure', status: 'refused', closedAt: since }),
    ],
    note: { place: 'data', words: ({ rights }) => rights.savedCopy },
  }),
  'choices, frozen': choosing({ ...full, restricted: true }),
  correct: { kind: 'correct', choosing: choosing(full), errors: [], failed: false },
  'correct, errors': {
    kind: 'correct',
    choosing: choosing(full),
    errors: ['phone', 'email'],
    failed: false,
  },
  'correct, failed': { kind: 'correct', choosing: choosing(full), errors: [], failed: true },
  freeze: { kind: 'freeze', choosing: choosing(full), failed: false },
  receipts: { kind: 'receipts', choosing: choosing(full), failed: false },
  'receipts, failed': { kind: 'receipts', choosing: choosing(full), failed: true },
  review: { kind: 'review', choosing: choosing(full), failed: false },
  'review, failed': { kind: 'review', choosing: choosing(full), failed: true },
  erasing: { kind: 'erasing', request: asked({ kind: 'erasure', status: 'in-progress' }) },
  unreachable: { kind: 'unreachable' },
}
