import { expect, test } from 'vitest'
import { hasPrivacySignal } from '../../../functions/platform/global-privacy-control.ts'

test.each([
  ['1', true],
  [' 1 ', true],
  ['0, 1', true],
  ['1, 1', true],
  ['true', false],
  ['10', false],
  ['1;a=b', false],
  ['"1"', false],
  ['0', false],
  ['', false],
  [undefined, false],
])('GPC-01: Sec-GPC of %j is a signal: %s', (value, signal) => {
  expect(hasPrivacySignal({ 'sec-gpc': value })).toBe(signal)
})
