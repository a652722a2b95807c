import { expect } from 'vitest'

/** What names a person or opens a door, as this file of tests has used it: none may be remembered. */
const traces = new Set<string>()

export function remember(...texts: readonly string[]): void {
  for (const text of texts) if (text !== '') traces.add(text)
}

export const remembered = (): string[] => [...traces]

/** Long runs of base64url in a path, a body or a header are tokens; of hexadecimal, checksums. */
export function rememberTokensIn(text: string): void {
  const runs = text.match(/[\w-]{40,}/g) ?? []
  remember(...runs.filter((run) => !/^[0-9a-f-]+$/.test(run)))
}

export function expectNoTrace(logs: string): void {
  const found = [...traces].filter((trace) => logs.includes(trace))
  expect(found, 'SEC-14: in the logs of the functions').toEqual([])
}
