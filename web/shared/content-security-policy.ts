import { createHash } from 'node:crypto'
import { type Branding, styleSheet } from './style.ts'

/**
 * SEC-06: for server-rendered pages, which hold one style element and no script at all. Build it
 * once at cold start: the hash is that of the style sheet in this brand's colours.
 */
export function contentSecurityPolicy(branding: Branding): string {
  const hash = createHash('sha256').update(styleSheet(branding)).digest('base64')
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
