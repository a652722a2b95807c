import { type IncomingHttpHeaders, request } from 'node:http'
import { cloud } from './e2e-cloud.ts'
import { remember, rememberTokensIn } from './e2e-traces.ts'

export type HttpCall = {
  headers?: Record<string, string>
  body?: string | Buffer
  /** The caller's own address, so that callers are not all of one network (SEC-09). */
  from?: string
}
export type HttpReply = {
  status: number
  headers: IncomingHttpHeaders
  body: string
  json: () => Record<string, unknown>
}

export const form = { 'content-type': 'application/x-www-form-urlencoded' }
export const json = { 'content-type': 'application/json' }
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
/** RFC 8058 §3.1, 26 bytes. */
export const oneClick = 'List-Unsubscribe=One-Click'

let callers = 0
/** Another machine in another network of 127.0.0.0/8. */
export function nextCaller(): string {
  callers += 1
  const pid = process.pid % 200
  const address = `127.${20 + (pid % 200)}.${1 + (callers % 250)}.${1 + Math.floor(callers / 250)}`
  remember(address)
  return address
}

/** One request to the stack, followed nowhere, with exactly these headers and bytes. */
export function http(method: string, path: string, call: HttpCall = {}): Promise<HttpReply> {
  const { headers = {}, body = '', from = nextCaller() } = call
  rememberTokensIn(path)
  rememberTokensIn(headers.authorization ?? '')
  const { port } = new URL(cloud.origin)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        localAddress: from,
        agent: false,
        method,
        path,
        headers: {
          host: `localhost:${port}`,
          ...headers,
          ...(method === 'GET' || method === 'HEAD'
            ? {}
            : { 'content-length': Buffer.byteLength(body) }),
        },
      },
      async (reply) => {
        const chunks: Buffer[] = []
        for await (const chunk of reply) chunks.push(Buffer.from(chunk))
        const text = Buffer.concat(chunks).toString()
        rememberTokensIn(text)
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          body: text,
          json: () => JSON.parse(text),
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

export const get = (path: string, call?: HttpCall) => http('GET', path, call)
export const post = (path: string, body = '', call: HttpCall = {}) =>
  http('POST', path, { headers: form, ...call, body })
