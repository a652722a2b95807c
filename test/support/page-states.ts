import type { Choice, Preferences } from '../../web/preferences/preferences.ts'
import type { Choosing, View } from '../../web/preferences/state.ts'

/** The states of the preference page, for tests that draw them and for the pictures. */
export const since = '2026-03-03T12:00:00.000Z'

export const full: Preferences = {
  via: 'session',
  address: 'kari@example.org',
  language: 'en',
  marketing: 'on',
  erasing: false,
  choices: [
    { id: 'newsletter', kind: 'topic', on: true, state: 'given', since, basis: 'consent' },
    { id: 'events', kind: 'topic', on: false, state: 'withdrawn', since },
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
  'choices, saved': choosing(full, {
    note: {
      place: 'events',
      words: ({ preferences }) => preferences.savedOff,
      undo: { undo: 'UNDO' },
    },
  }),
  'choices, asked in their name': choosing(full, {
    waiting: (['access', 'erasure', 'restriction', 'objection'] as const).map((kind) => ({
      id: `waiting-${kind}`,
      kind,
      status: 'awaiting-identity',
      receivedAt: since,
    })),
  }),
  'choices, it was them': choosing(full, {
    waiting: [],
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
  review: { kind: 'review', choosing: choosing(full), failed: false },
  'review, failed': { kind: 'review', choosing: choosing(full), failed: true },
  erasing: {
    kind: 'erasing',
    request: { id: '019ab3a5-8c1c-7b4e-9d1e-2f7d3c5b6a70', receivedAt: since, dueAt: since },
  },
  unreachable: { kind: 'unreachable' },
}
