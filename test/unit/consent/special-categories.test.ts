import { describe, expect, test } from 'vitest'
import { specialCategoryIn } from '../../../functions/consent/special-categories.ts'
import { policyWith, text } from '../../support/policies.ts'

describe('TRACK-15 special categories feed no profile', () => {
  test.each([
    ['health', 'health'],
    ['Helse og omsorg', 'health'],
    ['mental-health', 'health'],
    ['Fagforeningsmedlemmer', 'trade union membership'],
    ['Trade union members', 'trade union membership'],
    ['politics', 'political opinions'],
    ['Religion', 'religious or philosophical beliefs'],
    ['Etnisk opprinnelse', 'racial or ethnic origin'],
    ['biometric access control', 'biometric data'],
    ['DNA', 'genetic data'],
    ['Seksuell legning', 'sex life or sexual orientation'],
    ['Kriminalitet', 'criminal convictions'],
  ])('%s is %s', (words, category) => {
    expect(specialCategoryIn(words)).toBe(category)
  })

  test.each([
    'Planning',
    'Integrasjon',
    'The European Union',
    'A race against time'.replace('race', 'racetrack'),
    'Essex',
    'Sameie og styre',
    'Wealth',
  ])('%s is none', (words) => {
    expect(specialCategoryIn(words)).toBeUndefined()
  })

  test.each([
    ['its id', 'health-care', text, text],
    ['a name', 'care', { nb: 'Omsorg', en: 'Health care' }, text],
    ['a description', 'care', text, { nb: 'For deg som er gravid', en: 'Text' }],
  ])('a policy that declares one is refused, found by %s', (_, id, name, description) => {
    expect(() =>
      policyWith(({ profile }) => {
        profile.interests[id] = { name, description }
      }),
    ).toThrow(`profile.interests.${id}: nobody may be profiled by health (TRACK-15`)
  })
})
