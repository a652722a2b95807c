import { createServer } from 'node:net'

class PortInUse extends Error {
  constructor(port: number) {
    super(
      `Port ${port} is in use: stop what listens there, or start with --port and another number`,
    )
  }
}

/** Throws `PortInUse` for the first port that something else already listens on. */
export async function assertFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) await assertPortFree(port)
}

function assertPortFree(port: number): Promise<void> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error)
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}

/** A port that nothing listens on at this moment, chosen by the system. */
export function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
