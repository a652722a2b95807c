import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'

/** An HTTP request on its way to a service: its body whole, or still arriving. */
export type Outgoing = {
  incoming: IncomingMessage
  body: Buffer | undefined
  /** Gives the request up, when its caller has. */
  signal: AbortSignal
}

export type Forwarder = {
  send: (to: URL, outgoing: Outgoing) => Promise<IncomingMessage>
  stop: () => void
}

/** Passes requests on over connections that stay open, since each call of a function comes here. */
export function createForwarder(): Forwarder {
  const agent = new Agent({ keepAlive: true })
  const send: Forwarder['send'] = (to, outgoing) =>
    new Promise((resolve, reject) => {
      const { incoming, body, signal } = outgoing
      const { connection: _, expect: __, ...headers } = incoming.headers
      const passed = request(new URL(incoming.url ?? '/', to), {
        agent,
        signal,
        method: incoming.method ?? 'POST',
        headers: { ...anonymous(headers), host: to.host },
      })
      passed.once('response', resolve)
      passed.once('error', (error) => {
        // The service had just closed a connection that was idle: it has not seen the request.
        const stale = passed.reusedSocket && 'code' in error && error.code === 'ECONNRESET'
        if (stale && body !== undefined) send(to, outgoing).then(resolve, reject)
        else reject(error)
      })
      if (body === undefined) incoming.pipe(passed)
      else passed.end(body)
    })
  return { send, stop: () => agent.destroy() }
}

/** The services know no functions, and AWS's own DynamoDB Local takes letters and digits alone. */
function anonymous({ authorization, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  if (authorization === undefined) return headers
  return {
    ...headers,
    authorization: authorization.replace(/(?<=Credential=)[^/]+/, 'localcloud'),
  }
}
