import { createHash } from 'node:crypto'

/** An entry of the ledger by where it stands and what it is. */
export type Entry = { pk: string; sk: string; sha256: string }

const buckets = 16_384

/**
 * What a set of entries amounts to, whatever order they come in: for each of many buckets, how many there are
 * and the sum of their hashes. As small for a hundred million entries as for one; where two sets differ, it
 * tells in which buckets.
 */
export type EntrySums = {
  add: (entry: Entry) => void
  differing: (other: EntrySums) => ReadonlySet<number>
  at: (bucket: number) => readonly bigint[]
}

export function entrySums(): EntrySums {
  const counts = new BigUint64Array(buckets)
  const first = new BigUint64Array(buckets)
  const second = new BigUint64Array(buckets)
  const all = [counts, first, second]
  const at = (bucket: number) => all.map((sums) => sums[bucket] ?? 0n)
  const increase = (sums: BigUint64Array, bucket: number, by: bigint) => {
    sums[bucket] = (sums[bucket] ?? 0n) + by
  }
  return {
    at,
    add: (entry) => {
      const bucket = bucketOf(entry)
      const hash = digest(`${entry.pk}\n${entry.sk}\n${entry.sha256}`)
      increase(counts, bucket, 1n)
      increase(first, bucket, hash.readBigUInt64BE(0))
      increase(second, bucket, hash.readBigUInt64BE(8))
    },
    differing: (other) => {
      const found = new Set<number>()
      for (let bucket = 0; bucket < buckets; bucket++) {
        if (at(bucket).join() !== other.at(bucket).join()) found.add(bucket)
      }
      return found
    },
  }
}

export function bucketOf({ pk, sk }: Pick<Entry, 'pk' | 'sk'>): number {
  return digest(`${pk}\n${sk}`).readUInt16BE(0) % buckets
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
