import { once } from 'node:events'
import { createGzip } from 'node:zlib'

/** Text that is packed as it comes; only its packed bytes are held. */
export type GzipText = {
  write: (text: string) => Promise<void>
  /** What is packed so far; a little is still being worked on. */
  bytes: () => number
  close: () => Promise<Uint8Array>
}

/** In characters: each write goes to another thread and back, which costs more than it packs. */
const worthPacking = 16_384

export function gzipText(): GzipText {
  const gzip = createGzip()
  const chunks: Buffer[] = []
  let bytes = 0
  gzip.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
  })
  let waiting = ''
  const pack = (): Promise<void> => {
    const text = waiting
    waiting = ''
    return new Promise((resolve, reject) => {
      gzip.write(text, (fault) => (fault ? reject(fault) : resolve()))
    })
  }
  return {
    write: async (text) => {
      waiting += text
      if (waiting.length >= worthPacking) await pack()
    },
    bytes: () => bytes,
    close: async () => {
      await pack()
      const ended = once(gzip, 'end')
      gzip.end()
      await ended
      return Buffer.concat(chunks)
    },
  }
}
