import { describe, expect, it } from 'vitest'
import { type ReadParameters, storedKeys } from '../../../functions/platform/keyring.ts'

const path = '/assent/test/keys'
const key = Buffer.alloc(32, 7).toString('base64url')

/** A Parameter Store that counts its calls, and can be away. */
function store() {
  const state = { down: false, calls: 0, keyState: 'current', now: 0 }
  const read: ReadParameters = async ({ Path }) => {
    state.calls++
    if (state.down) throw new Error('away')
    const Value = JSON.stringify({ key, state: state.keyState })
    return { Parameters: [{ Name: `${Path}1`, Value }] }
  }
  return { state, keys: storedKeys(read, path, () => new Date(state.now)) }
}

describe('keys read from Parameter Store', () => {
  it('are read once a minute, so that a revocation is seen by then (SEC-03)', async () => {
    const { state, keys } = store()
    await keys('unsubscribe')
    state.keyState = 'revoked'
    state.now = 59_999
    expect((await keys('unsubscribe'))[0]?.state).toBe('current')
    expect(state.calls).toBe(1)
    state.now = 60_000
    expect((await keys('unsubscribe'))[0]?.state).toBe('revoked')
    expect(state.calls).toBe(2)
  })

  it('go on serving while it is away, and are asked for again a minute later (UNSUB-10)', async () => {
    const { state, keys } = store()
    await keys('unsubscribe')
    state.down = true
    for (const now of [60_000, 120_000, 180_000]) {
      state.now = now
      expect((await keys('unsubscribe'))[0]?.state).toBe('current')
    }
    state.down = false
    state.keyState = 'verify'
    state.now = 240_000
    expect((await keys('unsubscribe'))[0]?.state).toBe('verify')
  })

  it('are a fault when none was ever read, and asked for anew at the next need (SEC-12)', async () => {
    const { state, keys } = store()
    state.down = true
    await expect(keys('unsubscribe')).rejects.toThrow('away')
    state.down = false
    expect((await keys('unsubscribe'))[0]?.id).toBe(1)
  })
})
