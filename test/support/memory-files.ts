import type { SignedFiles } from '../../functions/platform/signed-files.ts'

/** A bucket that is a map: for tests whose point is elsewhere. */
export function memoryFiles(): SignedFiles & { held: Map<string, Uint8Array> } {
  const held = new Map<string, Uint8Array>()
  return {
    held,
    put: async (key, body) => {
      held.set(key, body)
    },
    putNew: async (key, body) => {
      if (held.has(key)) return 'taken'
      held.set(key, body)
      return 'written'
    },
    get: async (key) => held.get(key),
    remove: async (key) => {
      held.delete(key)
    },
    list: async (under) =>
      [...held.keys()]
        .filter((key) => key.startsWith(under))
        .map((key) => ({ key, at: new Date() })),
  }
}
