import { describe, expect, it } from 'vitest'
import { columnsFor } from '../../../functions/audience/columns.ts'
import { undeclared } from '../../../functions/audience/criteria.ts'
import { policy } from '../../../policy.ts'

const evidence = ['basis', 'since', 'notice_version', 'ledger_id']

describe('EXP-01 the columns of an export', () => {
  it('are, for a mail topic, what mailing needs, and the proof', () => {
    expect(columnsFor(policy, { topic: 'newsletter', purpose: 'newsletter' })).toEqual({
      person: ['ref', 'email', 'name', 'language'],
      evidence,
    })
  })

  it('hold a telephone number, company and title for calls alone', () => {
    const withPhone = [...Object.keys(policy.topics), ...Object.keys(policy.purposes)].filter(
      (purpose) => columnsFor(policy, { topic: 'newsletter', purpose }).person.includes('phone'),
    )
    expect(withPhone).toEqual(['calls'])
    expect(columnsFor(policy, { topic: 'newsletter', purpose: 'calls' }).person).toEqual([
      'ref',
      'email',
      'name',
      'phone',
      'company',
      'title',
      'language',
    ])
  })

  it('prove both choices where topic and purpose differ', () => {
    expect(columnsFor(policy, { topic: 'newsletter', purpose: 'calls' }).evidence).toEqual([
      ...evidence,
      ...evidence.map((column) => `topic_${column}`),
    ])
  })

  it('never hold a score or an interest', () => {
    for (const purpose of Object.keys(policy.purposes)) {
      const { person } = columnsFor(policy, { topic: 'newsletter', purpose })
      expect(person.join()).not.toMatch(/score|interest|visit|open|click/)
    }
  })

  it('start with the ref, by which a person is recalled', () => {
    for (const purpose of [...Object.keys(policy.topics), ...Object.keys(policy.purposes)]) {
      expect(columnsFor(policy, { topic: 'newsletter', purpose }).person[0]).toBe('ref')
    }
  })
})

describe('EXP-01 an export that the policy does not declare', () => {
  const ask = (wanted: { topic?: string; purpose?: string; recipient?: string }) =>
    undeclared(policy, {
      topic: 'newsletter',
      purpose: 'newsletter',
      recipient: 'crm',
      format: 'csv',
      ...wanted,
    })

  it('is none when topic, purpose and recipient are declared together', () => {
    expect(ask({})).toBeUndefined()
    expect(ask({ purpose: 'calls' })).toBeUndefined()
  })

  it('is refused for an unknown topic, naming the topics', () => {
    expect(ask({ topic: 'sweepstakes' })).toEqual({
      kind: 'unknown-topic',
      declared: Object.keys(policy.topics),
    })
  })

  it('is refused for a purpose in place of a topic', () => {
    expect(ask({ topic: 'calls' })?.kind).toBe('unknown-topic')
  })

  it.each(['', 'toString', '__proto__', 'direct-marketing', 'Newsletter'])(
    'is refused for the purpose "%s", naming topics and purposes',
    (purpose) => {
      expect(ask({ purpose })).toEqual({
        kind: 'unknown-purpose',
        declared: [...Object.keys(policy.topics), ...Object.keys(policy.purposes)],
      })
    },
  )

  it.each(['nobody', 'constructor', ''])('is refused for the recipient "%s"', (recipient) => {
    expect(ask({ recipient })).toEqual({
      kind: 'undeclared-recipient',
      declared: ['event-desk', 'crm'],
    })
  })

  it('is refused for a recipient who receives the topic but not the purpose', () => {
    expect(ask({ recipient: 'event-desk', purpose: 'calls' })).toEqual({
      kind: 'undeclared-recipient',
      declared: ['crm'],
    })
  })

  it('is refused for a recipient who receives the purpose but not the topic', () => {
    expect(ask({ topic: 'webinars', purpose: 'calls' })?.kind).toBe('undeclared-recipient')
  })
})
