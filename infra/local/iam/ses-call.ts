import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { arn, type Call, type CallReader, type Inventory } from './call.ts'

const operations: Readonly<Record<string, string>> = {
  '/v2/email/outbound-emails': 'SendEmail',
  '/v2/email/outbound-bulk-emails': 'SendBulkEmail',
}

/** SES v2 checks the identity that is sent from, and the configuration set when one is named. */
export const readSesCall: CallReader = ({ method, url, body }, inventory) => {
  if (method === 'GET') return readingCall(url, inventory)
  const operation = operations[url.split('?')[0] ?? '']
  if (method !== 'POST' || operation === undefined) return undefined
  const input: Json = JSON.parse(body.toString())
  if (!isJsonObject(input) || typeof input.FromEmailAddress !== 'string') return undefined
  const from = addressIn(input.FromEmailAddress)
  const set = input.ConfigurationSetName
  const paths = [
    `identity/${identityOf(from, inventory)}`,
    ...(typeof set === 'string' ? [`configuration-set/${set}`] : []),
  ]
  const context = {
    'aws:SecureTransport': ['true'],
    'ses:FromAddress': [from],
    'ses:Recipients': recipientsOf(input),
  }
  const needs = paths.map((path) => ({
    action: `ses:${operation}`,
    resource: arn(inventory, 'ses', path),
    context,
  }))
  return { operation, needs }
}

const context = { 'aws:SecureTransport': ['true'] }

function readingCall(url: string, inventory: Inventory): Call | undefined {
  if (url === '/v2/email/account') {
    const operation = 'GetAccount'
    return { operation, needs: [{ action: `ses:${operation}`, resource: '*', context }] }
  }
  const [, identity] = /^\/v2\/email\/identities\/([^/?]+)$/.exec(url) ?? []
  if (identity === undefined) return undefined
  const operation = 'GetEmailIdentity'
  const resource = arn(inventory, 'ses', `identity/${decodeURIComponent(identity)}`)
  return { operation, needs: [{ action: `ses:${operation}`, resource, context }] }
}

/** Of one mail; those of many at once are in no statement of ours. */
function recipientsOf({ Destination }: JsonObject): string[] {
  if (!isJsonObject(Destination)) return []
  return Object.values(Destination).flatMap((list) => (Array.isArray(list) ? list.map(String) : []))
}

/** The address without the name before it. */
function addressIn(mailbox: string): string {
  return (/<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim()
}

/** The verified identity that speaks for an address: itself, else its domain or one above. */
function identityOf(address: string, { mailIdentities }: Inventory): string {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const labels = domain.split('.')
  const candidates = [address, ...labels.map((_, index) => labels.slice(index).join('.'))]
  return candidates.find((candidate) => mailIdentities.includes(candidate)) ?? domain
}
