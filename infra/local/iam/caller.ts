import type { IncomingMessage } from 'node:http'
import { type Service, services } from './call.ts'

/** Who signed a request, and for which service. */
export type Caller = { name: string; service: Service }

/**
 * Reads the scope of a signature, from the header or from a presigned URL (`X-Amz-Credential`):
 * `<access key>/<date>/<region>/<service>/aws4_request`. The access key is a function's own name.
 */
export function callerOf({ headers, url = '' }: IncomingMessage): Caller | undefined {
  const header = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1]
  const query = () => new URL(url, 'http://service').searchParams.get('X-Amz-Credential')
  const [name = '', , , scope] = (header ?? query() ?? '').split('/')
  const service = services.find((one) => one === scope)
  return service !== undefined && /^[\w-]+$/.test(name) ? { name, service } : undefined
}
