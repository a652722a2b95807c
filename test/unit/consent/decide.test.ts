import { describe, expect, test } from 'vitest'
import type { Change, StoredState } from '../../../functions/consent/choices.ts'
import {
  decide,
  hasStoppedAll,
  type Recipient,
  type Standing,
  suppressionKinds,
} from '../../../functions/consent/decide.ts'
import { directMarketing, type Policy, purposeIds } from '../../../functions/consent/policy.ts'
import { policy } from '../../../policy.ts'
import {
  choice,
  dawn,
  day,
  given,
  later,
  objected,
  standing,
  withdrawn,
} from '../../support/acts.ts'
import { balancingTest, policyWith, text } from '../../support/policies.ts'

const now = later(1000)
const consenting = (purpose: string): Standing =>
  standing({ choices: { [purpose]: choice('confirm', dawn, given(purpose)) } })

function answer(
  asked: Standing,
  purpose: string,
  { by = policy, at = now }: { by?: Policy; at?: Date } = {},
): string {
  const decision = decide(by, asked, purpose, at)
  return decision.may ? 'yes' : decision.because
}

describe('a yes', () => {
  test.each(purposeIds(policy).filter((id) => id !== 'customer-offers'))(
    'CONS-01: consent to %s that was confirmed carries it',
    (purpose) => {
      expect(answer(consenting(purpose), purpose)).toBe('yes')
    },
  )

  test('SEND-03: it names the choice that carries it, and makes the recipient', () => {
    const asked = consenting('newsletter')
    const decision = decide(policy, asked, 'newsletter', now)
    expect(decision).toMatchObject({
      may: true,
      because: asked.choices.newsletter,
      recipient: { contactId: asked.contactId, purpose: 'newsletter', decided: true },
    })
  })

  test('SEND-03: nothing but a yes makes a recipient: by hand it does not compile', () => {
    const forged = { contactId: standing().contactId, purpose: 'newsletter', decided: true }
    // @ts-expect-error an object that merely looks like one
    const recipient: Recipient = forged
    const decision = decide(policy, consenting('newsletter'), 'newsletter', now)
    if (!decision.may) throw new Error('no recipient to compare with')
    expect(recipient).not.toBeInstanceOf(decision.recipient.constructor)
  })

  test('CONS-06: it is for the purpose that was asked about, and for no other', () => {
    const asked = consenting('newsletter')
    const others = purposeIds(policy).filter((id) => id !== 'newsletter')
    expect(others.map((purpose) => answer(asked, purpose))).toEqual(others.map(() => 'unknown'))
  })
})

describe('unknown is never a yes (CONS-07)', () => {
  test.each(purposeIds(policy))(
    'CONS-07: a person of whom nothing is known may not be reached for %s',
    (id) => {
      expect(answer(standing(), id)).toBe('unknown')
    },
  )

  test('CONS-07: not even for a purpose that rests on legitimate interest', () => {
    const by = policyWith(({ purposes }) => {
      purposes.profiling = {
        basis: 'legitimate_interest',
        balancingTest,
        name: text,
        description: text,
      }
    })
    expect(answer(standing(), 'profiling', { by })).toBe('unknown')
  })

  test.each(['constructor', '__proto__', 'toString', directMarketing, 'Newsletter', ''])(
    'a purpose that nobody declared ("%s") is never allowed',
    (purpose) => {
      const asked = standing({ choices: { [purpose]: choice('confirm', dawn, given(purpose)) } })
      expect(answer(asked, purpose)).toBe('undeclared')
    },
  )
})

describe('what the person said', () => {
  test.each<[StoredState]>([['refused'], ['withdrawn'], ['objected'], ['expired']])(
    'CONS-07: %s is a no that says so',
    (state) => {
      const asked = standing({
        choices: { newsletter: choice('withdraw', dawn, { purpose: 'newsletter', state }) },
      })
      expect(answer(asked, 'newsletter')).toBe(state)
    },
  )

  test('a pause is a no until it ends, to the millisecond', () => {
    const until = later(day).toISOString()
    const paused: Change = { purpose: 'newsletter', state: 'paused', basis: 'consent', until }
    const asked = standing({ choices: { newsletter: choice('pause', dawn, paused) } })
    expect(answer(asked, 'newsletter', { at: later(day - 1) })).toBe('paused')
    expect(answer(asked, 'newsletter', { at: later(day) })).toBe('yes')
  })

  test('a pause without an end does not end', () => {
    const paused: Change = { purpose: 'newsletter', state: 'paused', basis: 'consent' }
    const asked = standing({ choices: { newsletter: choice('pause', dawn, paused) } })
    expect(answer(asked, 'newsletter', { at: later(1000 * day) })).toBe('paused')
  })

  test('a pause that is over carries no more than the choice under it', () => {
    const paused: Change = { purpose: 'newsletter', state: 'paused', until: later(1).toISOString() }
    const asked = standing({ choices: { newsletter: choice('pause', dawn, paused) } })
    expect(answer(asked, 'newsletter')).toBe('other-basis')
  })
})

describe('the basis', () => {
  test('CONS-11: existing-customer basis carries a topic declared on it', () => {
    const asked = standing({
      choices: {
        'customer-offers': choice('import', dawn, given('customer-offers', 'existing_customer')),
      },
    })
    expect(answer(asked, 'customer-offers')).toBe('yes')
  })

  test('CONS-11: it never carries a consent topic', () => {
    const asked = standing({
      choices: { newsletter: choice('import', dawn, given('newsletter', 'existing_customer')) },
    })
    expect(answer(asked, 'newsletter')).toBe('other-basis')
  })

  test.each(Object.keys(policy.purposes))('CONS-11: it never carries %s', (purpose) => {
    const choices = { [purpose]: choice('import', dawn, given(purpose, 'existing_customer')) }
    expect(answer(standing({ choices }), purpose)).toBe('other-basis')
  })

  test.each(['open-tracking', 'click-tracking', 'profiling', 'calls', 'web-tracking'] as const)(
    'CONS-11: it never carries %s, not even where that rests on legitimate interest',
    (purpose) => {
      const by = policyWith(({ purposes }) => {
        purposes[purpose] = {
          basis: 'legitimate_interest',
          balancingTest,
          name: text,
          description: text,
        }
      })
      const choices = { [purpose]: choice('import', dawn, given(purpose, 'existing_customer')) }
      expect(answer(standing({ choices }), purpose, { by })).toBe('other-basis')
    },
  )

  test('CONS-13: legitimate interest carries a purpose only where the policy declares it', () => {
    const choices = { profiling: choice('import', dawn, given('profiling', 'legitimate_interest')) }
    const by = policyWith(({ purposes }) => {
      purposes.profiling = {
        basis: 'legitimate_interest',
        balancingTest,
        name: text,
        description: text,
      }
    })
    expect(answer(standing({ choices }), 'profiling', { by })).toBe('yes')
    expect(answer(standing({ choices }), 'profiling')).toBe('other-basis')
  })

  test('CONS-14: a yes without any basis carries nothing', () => {
    const choices = {
      newsletter: choice('import', dawn, { purpose: 'newsletter', state: 'given' }),
    }
    expect(answer(standing({ choices }), 'newsletter')).toBe('other-basis')
  })

  test('the person’s own consent carries an existing-customer topic, too', () => {
    expect(answer(consenting('customer-offers'), 'customer-offers')).toBe('yes')
  })

  test('SEC-16: a purpose that is switched off is a no, whatever the person said', () => {
    const by = policyWith(({ purposes }) => {
      purposes.calls = { basis: 'off', name: text, description: text }
    })
    expect(answer(consenting('calls'), 'calls', { by })).toBe('purpose-off')
  })

  test.each(['aggregate', 'date_only'] as const)(
    'TRACK-04: open tracking in the mode %s is nothing that may be recorded of a person',
    (basis) => {
      const by = policyWith(({ purposes }) => {
        purposes['open-tracking'] = { basis, name: text, description: text }
      })
      expect(answer(consenting('open-tracking'), 'open-tracking', { by })).toBe('not-personal')
    },
  )
})

describe('a later notice (CONS-08)', () => {
  const changed = policyWith((declared) => {
    declared.notice.version = 3
    declared.topics.newsletter = {
      basis: 'consent',
      name: text,
      description: text,
      consentSince: 2,
    }
  })
  const consentUnder = (version: number): Standing =>
    standing({ choices: { newsletter: choice('confirm', dawn, given('newsletter'), version) } })

  test('CONS-08: consent to an earlier wording does not carry the changed topic', () => {
    expect(answer(consentUnder(1), 'newsletter', { by: changed })).toBe('earlier-notice')
  })

  test('CONS-08: consent to the changed wording does, also under notices after it', () => {
    expect(answer(consentUnder(2), 'newsletter', { by: changed })).toBe('yes')
    expect(answer(consentUnder(3), 'newsletter', { by: changed })).toBe('yes')
  })

  test('CONS-08: a new version of the notice alone asks nobody anew', () => {
    const by = policyWith(({ notice }) => {
      notice.version = 7
    })
    expect(answer(consentUnder(1), 'newsletter', { by })).toBe('yes')
  })
})

describe('consent that ends by itself (CONS-09)', () => {
  const forMonths = (months: number): Policy =>
    policyWith(({ consent }) => {
      consent.validityMonths = months
    })
  const since = (at: string): Standing =>
    standing({ choices: { newsletter: choice('confirm', new Date(at), given('newsletter')) } })
  const on = (at: string, months = 6, from = '2026-11-02T09:00:00.000Z'): string =>
    answer(since(from), 'newsletter', { by: forMonths(months), at: new Date(at) })

  test('CONS-09: it carries until the last millisecond of its last month', () => {
    expect(on('2027-05-02T08:59:59.999Z')).toBe('yes')
    expect(on('2027-05-02T09:00:00.000Z')).toBe('expired')
  })

  test.each([
    ['2027-01-31T12:00:00.000Z', 1, '2027-02-28T12:00:00.000Z'],
    ['2028-01-31T12:00:00.000Z', 1, '2028-02-29T12:00:00.000Z'],
    ['2027-08-31T12:00:00.000Z', 6, '2028-02-29T12:00:00.000Z'],
    ['2028-02-29T12:00:00.000Z', 12, '2029-02-28T12:00:00.000Z'],
  ])(
    'CONS-09: consent of %s for %i months ends on %s, never in a later month',
    (from, months, end) => {
      const before = new Date(Date.parse(end) - 1).toISOString()
      expect(on(before, months, from)).toBe('yes')
      expect(on(end, months, from)).toBe('expired')
    },
  )

  test('CONS-09: a pause does not prolong it', () => {
    const until = '2097-12-01T00:00:00.000Z'
    const paused: Change = { purpose: 'newsletter', state: 'paused', basis: 'consent', until }
    const asked = standing({ choices: { newsletter: choice('pause', dawn, paused) } })
    expect(answer(asked, 'newsletter', { by: forMonths(6), at: new Date(until) })).toBe('expired')
  })

  test('CONS-09: without the setting it carries as long as it can be proved, and no longer (CONS-04)', () => {
    const from = '2026-11-02T09:00:00.000Z'
    const on = (at: number): string => answer(since(from), 'newsletter', { at: new Date(at) })
    const proved = Date.parse(from) + policy.retention.evidence * 86_400_000
    expect(on(proved - 1)).toBe('yes')
    expect(on(proved)).toBe('expired')
  })
})

describe('stop everything', () => {
  const stopped = choice('withdraw', later(10), withdrawn(directMarketing))

  test('UNSUB-17: it covers every topic and purpose, also one that was never named', () => {
    for (const purpose of purposeIds(policy)) {
      const choices = {
        [purpose]: choice('confirm', dawn, given(purpose)),
        [directMarketing]: stopped,
      }
      expect(answer(standing({ choices }), purpose)).toBe('stopped-all')
    }
  })

  test('CONS-16: the person’s own later yes holds against it, for what it names alone', () => {
    const choices = {
      newsletter: choice('confirm', later(11), given('newsletter')),
      events: choice('confirm', dawn, given('events')),
      [directMarketing]: stopped,
    }
    expect(answer(standing({ choices }), 'newsletter')).toBe('yes')
    expect(answer(standing({ choices }), 'events')).toBe('stopped-all')
  })

  test('CONS-15: no later import holds against it', () => {
    const choices = {
      newsletter: choice('import', later(1000 * day), given('newsletter')),
      [directMarketing]: stopped,
    }
    expect(answer(standing({ choices }), 'newsletter', { at: later(1001 * day) })).toBe(
      'stopped-all',
    )
  })

  test('CONS-17: at the same moment the stop wins', () => {
    const choices = {
      newsletter: choice('confirm', later(10), given('newsletter')),
      [directMarketing]: stopped,
    }
    expect(answer(standing({ choices }), 'newsletter')).toBe('stopped-all')
  })

  test('UNSUB-17: it covers a pause too, which would end by itself', () => {
    const until = later(day).toISOString()
    const paused: Change = { purpose: 'newsletter', state: 'paused', basis: 'consent', until }
    const choices = { newsletter: choice('pause', dawn, paused), [directMarketing]: stopped }
    expect(answer(standing({ choices }), 'newsletter')).toBe('stopped-all')
    expect(answer(standing({ choices }), 'newsletter', { at: later(2 * day) })).toBe('stopped-all')
  })

  test('CONS-16: once undone it covers nothing', () => {
    const choices = {
      newsletter: choice('confirm', dawn, given('newsletter')),
      [directMarketing]: choice('undo', later(20), { purpose: directMarketing, state: 'given' }),
    }
    expect(answer(standing({ choices }), 'newsletter')).toBe('yes')
  })

  test('UX-07: a person who stopped everything is shown as stopped until a topic is on again', () => {
    const all = { [directMarketing]: stopped, events: choice('confirm', dawn, given('events')) }
    const back = { ...all, newsletter: choice('confirm', later(11), given('newsletter')) }
    expect(hasStoppedAll(policy, standing(), now)).toBe(false)
    expect(hasStoppedAll(policy, standing({ choices: all }), now)).toBe(true)
    expect(hasStoppedAll(policy, standing({ choices: back }), now)).toBe(false)
    expect(hasStoppedAll(policy, standing({ choices: back, suppressed: ['bounce'] }), now)).toBe(
      true,
    )
  })
})

describe('what stands above every choice', () => {
  const yes = consenting('newsletter')

  test.each(suppressionKinds)('SUPP-04: an address suppressed by %s is a no', (kind) => {
    expect(answer({ ...yes, suppressed: [kind] }, 'newsletter')).toBe(kind)
  })

  test.each(purposeIds(policy))('SUPP-04: suppression makes the answer about %s no', (purpose) => {
    expect(answer({ ...consenting(purpose), suppressed: ['erasure'] }, purpose)).toBe('erasure')
  })

  test('RIGHT-10: a restricted person is a no', () => {
    expect(answer({ ...yes, restricted: true }, 'newsletter')).toBe('restricted')
  })

  test('RIGHT-11: a person being erased is a no', () => {
    expect(answer({ ...yes, erasing: true }, 'newsletter')).toBe('erasing')
  })

  test('CONS-16: an objection is a no even beside a suppression that was lifted', () => {
    const choices = { newsletter: choice('object', dawn, objected('newsletter')) }
    expect(answer(standing({ choices }), 'newsletter')).toBe('objected')
  })
})
