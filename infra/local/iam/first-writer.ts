import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Forwarder } from './forward.ts'

/**
 * S3 lets only the first writer have a name when asked to (`If-None-Match: *`); the stand-in for S3 knows this
 * of reading alone. Every call of a function passes here, so here they take turns, name by name.
 */
export function firstWriterWins(forwarder: Forwarder): Forwarder {
  const turns = new Map<string, Promise<unknown>>()
  const send: Forwarder['send'] = async (to, outgoing) => {
    const { method, url = '', headers } = outgoing.incoming
    if (method !== 'PUT' || headers['if-none-match'] !== '*') return forwarder.send(to, outgoing)
    const turn = (turns.get(url) ?? Promise.resolve()).then(async () => {
      const refusal = await refusalOf(new URL(url, to))
      if (refusal === undefined) return forwarder.send(to, outgoing)
      outgoing.incoming.resume()
      return refusal
    })
    const over = turn.catch(() => {})
    turns.set(url, over)
    void over.then(() => turns.get(url) === over && turns.delete(url))
    return turn
  }
  return { ...forwarder, send }
}

/** What S3 says of a condition that does not hold; undefined when there is no such file yet. */
async function refusalOf(url: URL): Promise<IncomingMessage | undefined> {
  const asked = request(url, { headers: { 'if-match': '"none"' } }).end()
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  if (answer?.statusCode === 412) return answer
  answer?.resume()
  return undefined
}
