import type { HttpEvent } from '../platform/http.ts'

/**
 * The caller's IP as the CDN saw it (`ip:port`); no header that a caller could write is believed
 * (design §7). Used to count, never stored.
 */
export function viewerIp({ headers }: HttpEvent): string {
  const address = headers['cloudfront-viewer-address'] ?? ''
  return address.slice(0, Math.max(0, address.lastIndexOf(':'))).replace(/^\[|\]$/g, '')
}
