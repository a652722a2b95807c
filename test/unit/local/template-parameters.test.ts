import { expect, test } from 'vitest'
import { parameterMark, withParameters } from '../../../infra/local/template-parameters.ts'

test('a parameter without default waits for the value that its deployment gives', () => {
  const text = `a ${parameterMark('One')} b`
  expect(withParameters(text, { One: '$&' })).toBe('a $& b')
  expect(withParameters('no mark', {})).toBe('no mark')
  expect(() => withParameters(text, { Two: '2' })).toThrow('Nobody gives the parameter One')
})
