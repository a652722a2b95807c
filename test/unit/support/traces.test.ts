import { describe, expect, it } from 'vitest'
import { expectNoTrace, remember, remembered, rememberTokensIn } from '../../support/e2e-traces.ts'

describe('the search of the logs', () => {
  const token = 'AQEx9-_kP0c3Zl2m5QhT7wYbN4sV8dRgJ6uXeCtHfKo'

  it('finds a planted address, token and network, and only then fails (SEC-14)', () => {
    remember('kari@example.org', '127.20.3.1')
    rememberTokensIn(`GET /u/${token} and ${'0123456789abcdef'.repeat(4)}`)

    expect(remembered()).toEqual(['kari@example.org', '127.20.3.1', token])
    expect(() => expectNoTrace('{"level":"INFO","message":"unsubscribed"}')).not.toThrow()
    for (const planted of remembered()) {
      expect(() => expectNoTrace(`{"message":"${planted}"}`)).toThrow('SEC-14')
    }
  })
})
