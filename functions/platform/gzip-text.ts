import { once } from 'node:events'
import { createGzip } from 'node:zlib'

/** Text that is packed as it comes; only its packed bytes are held. */
export type GzipText = {
  write: (text: string) => Promise<void>
  /** What is packed so far; a little is still being worked on. */
  bytes: () => number
  close: () => Promise<Uint8Array>
}

export function gzipText(): GzipText {
  const gzip = createGzip()
  const chunks: Buffer[] = []
  let bytes = 0
  gzip.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
  })
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        gzip.write(text, (fault) => (fault ? reject(fault) : resolve()))
      }),
    bytes: () => bytes,
    close: async () => {
      const ended = once(gzip, 'end')
      gzip.end()
      await ended
      return Buffer.concat(chunks)
    },
  }
}
