import type { Server } from 'node:http'

const loopback = '127.0.0.1'

/** Starts listening, on this machine alone, and gives the address. Port 0 takes any free one. */
export function listenOnLoopback(server: Server, port: number, host = loopback): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(addressOf(server)))
  })
}

export function addressOf(server: Server): string {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port')
  return `http://${loopback}:${address.port}`
}

/** Stops listening and cuts the connections that browsers and SDK clients keep open. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
