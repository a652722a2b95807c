import { createRequire } from 'node:module'
import { addressOf, closeServer } from './loopback.ts'
import { type MailAccount, mailAccount } from './mail-account.ts'

export type Mail = { endpoint: string; account: MailAccount; stop: () => Promise<void> }

// Required, not imported: Node and Vitest disagree on what the default of such a CommonJS module is.
const ses: typeof import('aws-ses-v2-local') = createRequire(import.meta.url)('aws-ses-v2-local')

/** SES with an inbox: the page at `/`, the mails as JSON at `/store`. */
export async function startMail(port: number): Promise<Mail> {
  const server = await ses.default({ host: '127.0.0.1', port })
  const account = mailAccount()
  const others = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    if (account.answer(request, response)) return
    for (const other of others) other.call(server, request, response)
  })
  const endpoint = addressOf(server)
  const health = await fetch(`${endpoint}/health-check`)
  if (!health.ok) throw new Error(`The local SES answers ${health.status}`)
  return { endpoint, account, stop: () => closeServer(server) }
}
