import type { Key, KeyPurpose, KeySource } from '../../functions/platform/keyring.ts'

/** 32 bytes that count up from `first`: `00 01 … 1f`, `20 21 … 3f`. Published, so for tests only. */
export function countingBytes(first: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (first + index) % 256)
}

const firstBytes: Record<KeyPurpose, number> = {
  unsubscribe: 0x00,
  undo: 0x20,
  confirm: 0x40,
  manage: 0x60,
  session: 0x80,
  download: 0xa0,
  address: 0xc0,
  ring: 0xe0,
  network: 0x10,
  ref: 0x30,
  origin: 0x50,
  receipt: 0x70,
  hit: 0x90,
}

export function fixedKey(purpose: KeyPurpose, over: Partial<Key> = {}): Key {
  return { id: 1, bytes: countingBytes(firstBytes[purpose]), state: 'current', ...over }
}

/** One current key of every purpose, the same in every run. */
export const fixedKeys: KeySource = async (purpose) => [fixedKey(purpose)]

/** Fixed keys of every purpose, but these for one. */
export function keysWith(purpose: KeyPurpose, keys: readonly Key[]): KeySource {
  return async (asked) => (asked === purpose ? keys : fixedKeys(asked))
}
