import { isbot } from 'isbot'
import { isMicrosoftNetwork } from './microsoft-network.ts'
import type { Sign } from './sign.ts'

/** Gateways that open every link of a mail before a person sees it, by what they call themselves. */
const scanners =
  /barracuda|cudasvc|urldefense|proofpoint|ppspider|mimecast|trend ?micro|\btmes\b|ironport|cisco[ -]|symantec|messagelabs|fireeye|trellix|sophos|forcepoint|websense|checkpoint|harmony email|avanan|zscaler|fortimail|fortiguard|vadesecure|vade secure|spamtitan|hornetsecurity|knowbe4|bitdefender|kaspersky|mailguard|libra esva/i

const googleProxy = /GoogleImageProxy|ggpht\.com/i
/** The app on a phone, fetching before anybody opened the mail: an Edge of 2015 with a second Mozilla. */
const googlePrefetch = /Edge\/12\.246 Mozilla\/5\.0$/
const yahooProxy = /YahooMailProxy/i
const safeLinks = /OneOutlook/i

export type Fetched = { method: string; userAgent: string; ip: string }

/** What a fetch says of itself. A browser's name proves nothing: scanners carry it too (TRACK-08). */
export function signOf({ method, userAgent, ip }: Fetched): Sign {
  const agent = userAgent.trim()
  if (method === 'HEAD') return 'head'
  if (agent === '') return 'no-agent'
  if (scanners.test(agent)) return 'mail-scanner'
  if (googleProxy.test(agent)) return 'google-proxy'
  if (googlePrefetch.test(agent)) return 'google-prefetch'
  if (yahooProxy.test(agent)) return 'yahoo-proxy'
  // Apple's Mail Privacy Protection says no more than this.
  if (agent === 'Mozilla/5.0') return 'apple-prefetch'
  if (safeLinks.test(agent)) return 'safe-links'
  if (isbot(agent)) return 'crawler'
  return isMicrosoftNetwork(ip) ? 'microsoft-network' : 'client'
}
