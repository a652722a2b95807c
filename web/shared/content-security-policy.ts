import { createHash } from 'node:crypto'
import { policy } from '../../policy.ts'
import { styleSheet } from './style.ts'

const hash = createHash('sha256').update(styleSheet(policy.branding)).digest('base64')

/** SEC-06: for server-rendered pages. They hold one style element and no script at all. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash}'`,
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ')
