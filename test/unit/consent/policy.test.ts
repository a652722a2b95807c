import { describe, expect, test } from 'vitest'
import {
  declarationOf,
  inLanguage,
  isTopic,
  offeredPurposes,
  offeredTopics,
  purposeIds,
} from '../../../functions/consent/policy.ts'
import { checkPolicy, PolicyError } from '../../../functions/consent/policy-check.ts'
import { policy } from '../../../policy.ts'
import { balancingTest, declaration, policyWith, text } from '../../support/policies.ts'

type Loose = Record<string, never>

/** What is wrong with the shipped policy once it is spoiled; spoiling may break the types, too. */
function problemsOf(spoil: (declared: Loose) => void): readonly string[] {
  const declared = declaration()
  spoil(declared as unknown as Loose)
  try {
    checkPolicy(declared)
  } catch (error) {
    if (error instanceof PolicyError) return error.problems
    throw error
  }
  return []
}

function at(declared: Loose, ...path: string[]): Record<string, unknown> {
  return path.reduce<Record<string, unknown>>(
    (inside, key) => inside[key] as Record<string, unknown>,
    declared,
  )
}

/** Sets one field, by its dotted path; undefined removes it. */
function setting(path: string, value: unknown): (declared: Loose) => void {
  return (declared) => {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    const parent = at(declared, ...keys)
    if (value === undefined) delete parent[last]
    else parent[last] = value
  }
}

describe('the shipped policy', () => {
  test('is accepted as it stands', () => {
    expect(problemsOf(() => {})).toEqual([])
  })

  test('SEC-16: every processing purpose rests on consent, the strictest default', () => {
    expect(Object.values(policy.purposes).map(({ basis }) => basis)).toEqual(
      Array(5).fill('consent'),
    )
    expect(offeredPurposes(policy)).toEqual(Object.keys(policy.purposes))
  })

  test('CONS-11: existing-customer topics are never offered on a form', () => {
    expect(offeredTopics(policy)).toEqual(['newsletter', 'events', 'webinars', 'product-news'])
  })

  test('RIGHT-14: it speaks Norwegian first and English second', () => {
    expect(policy.languages).toEqual(['nb', 'en'])
  })
})

describe('a declaration that cannot be accepted: the message names the field', () => {
  test.each<[string, unknown, string]>([
    ['controller.name', '', 'CONS-04'],
    ['controller.email', 'nobody', 'CONS-04'],
    ['controller.website', 'http://nordlys.example', 'RIGHT-14'],
    ['controller.address', undefined, 'SEND-07'],
    ['authority.website', 'datatilsynet', 'RIGHT-03'],
    ['languages', [], 'RIGHT-14'],
    ['notice.version', 0, 'CONS-04'],
    ['notice.version', 1.5, 'CONS-04'],
    ['notice.date', '02.11.2026', 'CONS-04'],
    ['mail.domain', 'https://nordlys.example', 'UNSUB-13'],
    ['mail.lettersFrom', 'Nordlys <choices@nordlys.example>', 'SEND-02'],
    ['mail.oneClickScope', 'some', 'UNSUB-17'],
    ['topics.newsletter.basis', 'legitimate_interest', 'CONS-11'],
    ['topics.newsletter.basis', 'opt_out', 'CONS-01'],
    ['topics.customer-offers.similarProducts', undefined, 'CONS-11'],
    ['topics.customer-offers.similarProducts', ' ', 'CONS-11'],
    ['topics.newsletter.consentSince', 0, 'CONS-08'],
    ['purposes.open-tracking.basis', 'existing_customer', 'CONS-11'],
    ['purposes.click-tracking.basis', 'existing_customer', 'CONS-11'],
    ['purposes.profiling.basis', 'existing_customer', 'CONS-11'],
    ['purposes.click-tracking.basis', 'date_only', 'TRACK-04'],
    ['purposes.profiling.basis', 'aggregate', 'TRACK-04'],
    ['purposes.calls', undefined, 'SEC-16'],
    ['consent.confirmation', 'off', 'CONS-03'],
    ['consent.validityMonths', 0, 'CONS-09'],
    ['consent.reaskMonths', 0, 'CONS-10'],
    ['consent.unknown', 'track', 'CONS-07'],
    ['rights.gpc', 'ignore', 'GPC-03'],
    ['rights.afterObjection', 'nothing', 'SUPP-01'],
    ['retention.signUp', 0, 'CONS-01'],
    ['retention.inactiveContact', undefined, 'SUPP-06'],
    ['retention.objection', 365, 'SUPP-05'],
    ['recipients.crm.receives', [], 'EXP-02'],
    ['recipients.crm.country', '', 'RIGHT-14'],
    ['branding.accent.dark', 'teal', 'UX-01'],
  ])('%s = %j is refused (%s)', (field, value) => {
    const problems = problemsOf(setting(field, value))
    expect(problems).not.toEqual([])
    for (const problem of problems) {
      expect(problem).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}(\\.|:)`))
    }
  })

  test('RIGHT-14: the versions of the notice go back one by one, in every language', () => {
    const earlier = (...versions: [number, string][]) =>
      problemsOf((declared) => {
        const changes = { nb: 'Endret.', en: 'Changed.' }
        Object.assign(at(declared, 'notice'), {
          version: 3,
          date: '2026-11-24',
          earlier: versions.map(([version, date]) => ({ version, date, changes })),
        })
      })
    expect(earlier([2, '2026-06-01'], [1, '2025-01-01'])).toEqual([])
    expect(earlier([1, '2025-01-01'])[0]).toMatch(/^notice\.earlier\.0: must be the version before/)
    expect(earlier([2, '2026-12-01'])).toHaveLength(1)
    const untold = problemsOf((declared) => {
      const earlier = [{ version: 1, date: '2025-01-01', changes: { nb: 'Første.' } }]
      Object.assign(at(declared, 'notice'), { version: 2, earlier })
    })
    expect(untold).toEqual(['notice.earlier.0.changes: has no text in "en"'])
  })

  test('CONS-13: legitimate interest without a recorded balancing test is refused', () => {
    const problems = problemsOf(setting('purposes.profiling.basis', 'legitimate_interest'))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^purposes\.profiling\.balancingTest:/)
  })

  test.each(['reference', 'date', 'owner'])(
    'CONS-13: a balancing test without %s is refused',
    (part) => {
      const problems = problemsOf((declared) => {
        Object.assign(at(declared, 'purposes', 'profiling'), {
          basis: 'legitimate_interest',
          balancingTest: { ...balancingTest, [part]: undefined },
        })
      })
      expect(problems[0]).toMatch(new RegExp(`^purposes\\.profiling\\.balancingTest\\.${part}:`))
    },
  )

  test('CONS-13: legitimate interest with its balancing test is accepted', () => {
    const accepted = policyWith(({ purposes }) => {
      purposes.profiling = {
        basis: 'legitimate_interest',
        balancingTest,
        name: text,
        description: text,
      }
    })
    expect(accepted.purposes.profiling.basis).toBe('legitimate_interest')
    expect(offeredPurposes(accepted)).not.toContain('profiling')
  })

  test('CONS-11: balancing tests and similar products belong to their own basis only', () => {
    const problems = problemsOf((declared) => {
      at(declared, 'topics', 'newsletter').similarProducts = 'everything'
      at(declared, 'purposes', 'calls').balancingTest = balancingTest
    })
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'topics.newsletter.similarProducts',
      'purposes.calls.balancingTest',
    ])
  })

  test('CONS-14: only topics are imported, and only on evidence of their own basis (CONS-11)', () => {
    const problems = problemsOf(
      setting('imports', {
        newsletter: ['sale'],
        'customer-offers': ['confirmed-opt-in'],
        profiling: ['signed-form'],
        gossip: ['signed-form'],
      }),
    )
    expect(problems).toEqual([
      'imports.newsletter: "sale" is no evidence for the basis "consent"',
      'imports.customer-offers: "confirmed-opt-in" is no evidence for the basis "existing_customer"',
      'imports.profiling: is no topic, and only these are imported',
      'imports.gossip: is no topic, and only these are imported',
    ])
    expect(problemsOf(setting('imports', { newsletter: ['hearsay'] }))).toHaveLength(1)
  })

  test('SEND-02: letters and marketing need different senders', () => {
    const problems = problemsOf(setting('mail.marketingFrom', policy.mail.lettersFrom))
    expect(problems).toEqual(['mail.marketingFrom: must differ from mail.lettersFrom (SEND-02)'])
  })

  test('SEND-02: a difference in case is no difference', () => {
    const problems = problemsOf(setting('mail.marketingFrom', 'Choices@nordlys.example'))
    expect(problems).toEqual(['mail.marketingFrom: must differ from mail.lettersFrom (SEND-02)'])
  })

  test('SEND-01: both senders lie in the domain that is authenticated', () => {
    const problems = problemsOf((declared) => {
      at(declared, 'mail').lettersFrom = 'choices@evil-nordlys.example'
      at(declared, 'mail').marketingFrom = 'news@other.example'
    })
    expect(problems).toEqual([
      'mail.lettersFrom: must be an address of mail.domain (SEND-01)',
      'mail.marketingFrom: must be an address of mail.domain (SEND-01)',
    ])
  })

  test.each([
    'authority.name',
    'notice.changes',
    'topics.events.name',
    'topics.events.description',
    'purposes.calls.name',
    'purposes.calls.description',
    'recipients.crm.why',
  ])('RIGHT-14: %s without one of the languages is refused', (field) => {
    expect(problemsOf(setting(field, { nb: 'Tekst' }))).toEqual([`${field}: has no text in "en"`])
  })

  test('RIGHT-14: a language more asks for every text again', () => {
    const problems = problemsOf(setting('languages', ['nb', 'en', 'sv']))
    expect(problems).toContain('topics.newsletter.name: has no text in "sv"')
    expect(problems.length).toBeGreaterThan(20)
  })

  test('EXP-01: a recipient of something that nobody declared is refused', () => {
    expect(problemsOf(setting('recipients.crm.receives', ['newsletter', 'scores']))).toEqual([
      'recipients.crm.receives: "scores" is neither a topic nor a purpose',
    ])
  })

  test('CONS-08: consent cannot be needed anew since a notice that does not exist yet', () => {
    expect(problemsOf(setting('topics.newsletter.consentSince', 2))).toEqual([
      'topics.newsletter.consentSince: is later than notice.version',
    ])
    expect(problemsOf(setting('purposes.calls.consentSince', 2))).toEqual([
      'purposes.calls.consentSince: is later than notice.version',
    ])
  })

  test.each(['direct-marketing', 'profiling'])('a topic cannot be called "%s"', (name) => {
    const problems = problemsOf((declared) => {
      at(declared, 'topics')[name] = { basis: 'consent', name: text, description: text }
    })
    expect(problems).toEqual([`topics.${name}: this name is taken by a purpose`])
  })

  test('a policy without topics is refused', () => {
    expect(
      problemsOf((declared) => {
        setting('topics', {})(declared)
        setting('recipients', {})(declared)
        setting('imports', {})(declared)
      }),
    ).toEqual(['topics: must declare at least one topic'])
  })

  test('an id that would not fit a key, a header or a URL is refused by its name', () => {
    const problems = problemsOf((declared) => {
      at(declared, 'topics')['News & more'] = { basis: 'consent', name: text, description: text }
    })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('topics.News & more')
  })

  test.each([
    [{ from: 8, to: 16 }],
    [{ from: 9, to: 22 }],
    [{ from: 16, to: 9 }],
    [{ from: 9, to: 9 }],
    [{ from: -1, to: 25 }],
  ])('CALL-04: calling hours %j are refused', (hours) => {
    const problems = problemsOf(setting('calls.hours', hours))
    expect(problems).toEqual([
      'calls.hours: must lie between 9 and 21, the first before the last (CALL-04)',
    ])
  })

  test('a setting that nothing reads is refused, so that a typing error cannot loosen a rule', () => {
    const problems = problemsOf(setting('consent.validityMonth', 6))
    expect(problems[0]).toMatch(/^consent\.validityMonth:/)
  })

  test('everything that is wrong is named at once', () => {
    const problems = problemsOf((declared) => {
      setting('controller.email', 'nobody')(declared)
      setting('retention.logs', -1)(declared)
      setting('purposes.calls.basis', 'sometimes')(declared)
    })
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'controller.email',
      'purposes.calls.basis',
      'retention.logs',
    ])
  })

  test('the error lists its problems one to a line', () => {
    const error = new PolicyError(['mail.domain: x', 'topics: y'])
    expect(error.message).toBe('policy.ts cannot be used:\n  mail.domain: x\n  topics: y')
  })
})

describe('asking the policy', () => {
  test('ids are the topics, then the processing purposes, as declared', () => {
    expect(purposeIds(policy).slice(0, 6)).toEqual([...Object.keys(policy.topics), 'open-tracking'])
  })

  test.each(['constructor', '__proto__', 'toString', 'direct-marketing', ''])(
    '"%s" is neither declared nor a topic',
    (name) => {
      expect(declarationOf(policy, name)).toBeUndefined()
      expect(isTopic(policy, name)).toBe(false)
    },
  )

  test('a text comes in the wanted language, else in the first of the policy', () => {
    const { name } = declarationOf(policy, 'events') ?? { name: {} }
    expect(inLanguage(policy, name, 'en')).toBe('Events')
    expect(inLanguage(policy, name, 'de')).toBe('Arrangementer')
    expect(inLanguage(policy, name, 'constructor')).toBe('Arrangementer')
  })
})
