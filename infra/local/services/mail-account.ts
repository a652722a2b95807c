import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SendingDomain } from '../mail/sending-domains.ts'

/** The part of SES that the local one leaves out: what the account may send, and from where. */
export type MailAccount = {
  domains: Map<string, SendingDomain>
  /** Answers what it knows; false leaves the request to others. */
  answer: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** Its domains are set up as their owner would have done: DKIM and the bounce domain are in DNS. */
export function mailAccount(): MailAccount {
  const domains: MailAccount['domains'] = new Map()
  return {
    domains,
    answer: ({ method, url = '' }, response) => {
      const reply = method === 'GET' ? replyTo(url, domains) : undefined
      if (reply === undefined) return false
      response.writeHead(reply.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(reply.body))
      return true
    },
  }
}

function replyTo(
  url: string,
  domains: MailAccount['domains'],
): { status: number; body: object } | undefined {
  if (url === '/v2/email/account') return { status: 200, body: account }
  const [, name] = /^\/v2\/email\/identities\/([^/?]+)$/.exec(url) ?? []
  if (name === undefined) return undefined
  const domain = domains.get(decodeURIComponent(name))
  return domain === undefined
    ? { status: 404, body: { message: `Email identity ${name} does not exist.` } }
    : { status: 200, body: verified(domain) }
}

const account = {
  SendingEnabled: true,
  ProductionAccessEnabled: true,
  EnforcementStatus: 'HEALTHY',
  SendQuota: { Max24HourSend: 1_000_000, MaxSendRate: 500, SentLast24Hours: 0 },
}

const verified = ({ bounces }: SendingDomain): object => ({
  IdentityType: 'DOMAIN',
  VerifiedForSendingStatus: true,
  VerificationStatus: 'SUCCESS',
  DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS' },
  MailFromAttributes:
    bounces === undefined
      ? undefined
      : {
          MailFromDomain: bounces,
          MailFromDomainStatus: 'SUCCESS',
          BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
        },
})
