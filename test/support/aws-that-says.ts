import { createServer, type Server } from 'node:http'
import { afterEach } from 'vitest'

export type Call = { headers: Record<string, string | string[] | undefined>; body: string }
/** `cut` closes the connection instead of an answer, `silent` leaves it open. */
export type Reply = { status: number; body: string } | 'cut' | 'silent'

let servers: Server[] = []
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  servers = []
})

/** An AWS service that gives these answers in turn, the last for ever, and keeps what it was asked. */
export async function awsThatSays(
  ...replies: Reply[]
): Promise<{ url: string; calls: Call[]; closeIdle: () => void }> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      const reply = replies[Math.min(calls.length, replies.length - 1)] ?? 'cut'
      calls.push({ headers: request.headers, body })
      if (reply === 'silent') return
      if (reply === 'cut') {
        request.socket.destroy()
        return
      }
      response.writeHead(reply.status).end(reply.body)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    closeIdle: () => server.closeIdleConnections(),
  }
}
