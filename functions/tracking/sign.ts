/**
 * All that is kept of how a pixel or link was fetched: one word. The user agent and the address it is
 * read from never leave the function that was asked (TRACK-05).
 */
export const signs = [
  'google-proxy',
  'google-prefetch',
  'apple-prefetch',
  'yahoo-proxy',
  'safe-links',
  'mail-scanner',
  'head',
  'crawler',
  'microsoft-network',
  'no-agent',
  'client',
] as const
export type Sign = (typeof signs)[number]
