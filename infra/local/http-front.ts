import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Cdn, CdnRequest } from './cdn.ts'
import type { HttpResponse } from './http-api-response.ts'
import { closeServer, listenOnLoopback } from './services/loopback.ts'

/** One byte more than any origin takes, so that the gateway itself refuses what is too long. */
const mostBytesRead = 10 * 1024 * 1024 + 1

const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export type HttpFront = { stop: () => Promise<void> }

/** Listens where people's browsers knock, and hands each request to the CDN. */
export async function startHttpFront(
  port: number,
  cdn: Cdn,
  onFault: (error: unknown) => void,
): Promise<HttpFront> {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(cdn, request, response).catch((error: unknown) => {
      onFault(error)
      if (!response.headersSent) response.writeHead(502)
      response.end()
    })
  }
  // `localhost` means either address, depending on who asks.
  const four = createServer(listener)
  const six = createServer(listener)
  await listenOnLoopback(four, port)
  // A machine without IPv6 has nobody who asks for it.
  await listenOnLoopback(six, port, '::1').catch(() => undefined)
  return {
    stop: async () => {
      await Promise.all([closeServer(four), closeServer(six)])
    },
  }
}

async function serve(cdn: Cdn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await cdn(await readRequest(request))
  send(request, response, answer)
}

async function readRequest(request: IncomingMessage): Promise<CdnRequest> {
  const [path = '/', ...query] = (request.url ?? '/').split('?')
  return {
    method: request.method ?? 'GET',
    path,
    query: query.join('?'),
    headers: joinedHeaders(request),
    viewer: {
      ip: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      port: request.socket.remotePort ?? 0,
    },
    body: await readBody(request),
  }
}

/** Names in lower case, repeated headers joined: the shape CloudFront and API Gateway agree on. */
function joinedHeaders({ rawHeaders }: { rawHeaders: readonly string[] }): Map<string, string> {
  const joined = new Map<string, string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    const value = rawHeaders[index + 1] ?? ''
    if (hopByHop.has(name)) continue
    const before = joined.get(name)
    const separator = name === 'cookie' ? '; ' : ','
    joined.set(name, before === undefined ? value : before + separator + value)
  }
  return joined
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    // What comes after is read and dropped: the caller is still to get an answer.
    if (length < mostBytesRead) chunks.push(bytes)
    length += bytes.length
  }
  return Buffer.concat(chunks)
}

function send(request: IncomingMessage, response: ServerResponse, answer: HttpResponse): void {
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = answer.headers
  const hasBody = answer.status >= 200 && answer.status !== 204 && answer.status !== 304
  response.writeHead(answer.status, {
    ...headers,
    ...(hasBody && { 'content-length': answer.body.length }),
  })
  response.end(hasBody && request.method !== 'HEAD' ? answer.body : undefined)
}
