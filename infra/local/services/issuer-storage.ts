import type { Adapter, AdapterPayload } from 'oidc-provider'

/**
 * Where the issuer keeps sessions and grants: in memory, gone when it stops. The provider's own
 * memory store does the same but warns on the console, between the lines that `npm start` promises.
 */
export function inMemoryAdapter(): (model: string) => Adapter {
  const stored = new Map<string, AdapterPayload>()
  const find = (matches: (payload: AdapterPayload) => boolean) => [...stored.values()].find(matches)
  return (model) => ({
    upsert: async (id, payload) => {
      stored.set(`${model}:${id}`, payload)
    },
    find: async (id) => stored.get(`${model}:${id}`),
    findByUid: async (uid) => find((payload) => payload.uid === uid),
    findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
    consume: async (id) => {
      const payload = stored.get(`${model}:${id}`)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => {
      stored.delete(`${model}:${id}`)
    },
    revokeByGrantId: async (grantId) => {
      for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key)
    },
  })
}
