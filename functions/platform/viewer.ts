import type { HttpEvent } from './http.ts'

/**
 * The caller's IP in the CDN's own word; no header that a caller could write is believed (design §7).
 * Used to count, never stored.
 */
export function viewerIp({ headers }: HttpEvent): string {
  return headers['viewer-ip'] ?? ''
}
