import { createRequire } from 'node:module'
import { addressOf, closeServer } from './loopback.ts'

export type Mail = { endpoint: string; stop: () => Promise<void> }

// Required, not imported: Node and Vitest disagree on what the default of such a CommonJS module is.
const ses: typeof import('aws-ses-v2-local') = createRequire(import.meta.url)('aws-ses-v2-local')

/** SES with an inbox: the page at `/`, the mails as JSON at `/store`. */
export async function startMail(port: number): Promise<Mail> {
  const server = await ses.default({ host: '127.0.0.1', port })
  const endpoint = addressOf(server)
  const health = await fetch(`${endpoint}/health-check`)
  if (!health.ok) throw new Error(`The local SES answers ${health.status}`)
  return { endpoint, stop: () => closeServer(server) }
}
