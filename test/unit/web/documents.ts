import { policy } from '../../../policy.ts'
import {
  alreadyConfirmedPage,
  confirmExpiredPage,
  confirmedPage,
  confirmOvertakenPage,
  confirmPage,
} from '../../../web/link-pages/confirm-page.ts'
import { formErrorPage } from '../../../web/link-pages/form-error-page.ts'
import {
  checkInboxPage,
  linkInvalidPage,
  linkSentPage,
  tryAgainPage,
} from '../../../web/link-pages/notice-page.ts'
import { type LinkView, unsubscribePage } from '../../../web/link-pages/unsubscribe-page.ts'
import {
  undonePage,
  undoTooLatePage,
  unsubscribedPage,
} from '../../../web/link-pages/unsubscribed-page.ts'

export const token = 'AQEtoken-_'
export const hostile = `"'><script>alert(1)</script>&`

export const known: LinkView = {
  address: 'k•••@example.org',
  topics: [
    { id: 'newsletter', on: true },
    { id: 'events', on: true },
    { id: 'webinars', on: false },
  ],
  marketing: 'on',
}

type Render = (language: string) => string
const topic = 'newsletter'

/** Every server-rendered page in every state, by name. */
export const documents: Readonly<Record<string, Render>> = {
  confirm: (language) =>
    confirmPage({
      policy,
      language,
      token,
      address: hostile,
      topics: ['newsletter', 'events'],
      purposes: ['profiling'],
      details: { name: hostile, company: 'Fjell AS', phone: '' },
    }),
  'confirm, some unticked': (language) =>
    confirmPage({
      policy,
      language,
      token,
      address: 'a@b.no',
      topics: ['newsletter'],
      purposes: ['profiling', 'calls', 'open-tracking'],
      unticked: { profiling: 'refused', 'open-tracking': 'privacy-signal' },
    }),
  'confirm nothing': (language) =>
    confirmPage({ policy, language, token, address: 'a@b.no', topics: [], purposes: [] }),
  confirmed: (language) =>
    confirmedPage({ policy, language, topics: [topic], purposes: ['calls'] }),
  'confirmed nothing': (language) => confirmedPage({ policy, language, topics: [], purposes: [] }),
  'already confirmed': (language) => alreadyConfirmedPage({ policy, language }),
  'confirm overtaken': (language) => confirmOvertakenPage({ policy, language }),
  'confirm expired': (language) => confirmExpiredPage({ policy, language }),
  unsubscribe: (language) => unsubscribePage({ policy, language, token, topic, known }),
  'unsubscribe, already off': (language) =>
    unsubscribePage({ policy, language, token, topic: 'webinars', known }),
  'unsubscribe, all stopped': (language) =>
    unsubscribePage({ policy, language, token, topic, known: { ...known, marketing: 'stopped' } }),
  'unsubscribe, nothing known': (language) => unsubscribePage({ policy, language, token, topic }),
  'unsubscribe, topic gone': (language) =>
    unsubscribePage({ policy, language, token, topic: 'a-topic-of-old', known }),
  unsubscribed: (language) =>
    unsubscribedPage({
      policy,
      language,
      token,
      topic,
      scope: 'topic',
      address: known.address,
      undo: 'UNDO',
    }),
  'unsubscribed from all': (language) =>
    unsubscribedPage({ policy, language, token, topic, scope: 'all', address: hostile }),
  'unsubscribed, nothing known': (language) =>
    unsubscribedPage({ policy, language, token, topic, scope: 'topic' }),
  undone: (language) => undonePage({ policy, language, token, topic }),
  'undo too late': (language) => undoTooLatePage({ policy, language, token }),
  'check inbox': (language) => checkInboxPage({ policy, language }),
  'link sent': (language) => linkSentPage({ policy, language }),
  'link invalid': (language) => linkInvalidPage({ policy, language }),
  'try again': (language) => tryAgainPage({ policy, language }),
  'form error': (language) =>
    formErrorPage({
      policy,
      language,
      values: { email: hostile, name: hostile, topics: ['events'] },
      errors: [{ field: 'email' }, { field: 'phone' }, { field: hostile }],
    }),
}

export function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length
}
