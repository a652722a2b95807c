import { describe, expect, test } from 'vitest'
import { classify } from '../../../functions/tracking/classify.ts'
import { signOf } from '../../../functions/tracking/sign-of.ts'

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const gmailProxy =
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
const gmailPrefetch =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0'
const appleMail =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'
const home = '203.0.113.7'

/** TRACK-08 and the table of known machine traffic, a row each: what an open and a click become. */
test.for<[string, string, string, string, string]>([
  ['Gmail’s image proxy', gmailProxy, '66.249.84.1', 'image_proxy', 'scanner'],
  ['Gmail’s app, ahead of time', gmailPrefetch, '66.102.8.1', 'prefetch', 'prefetch'],
  ['Apple’s privacy protection', 'Mozilla/5.0', '172.224.226.5', 'prefetch', 'unknown'],
  ['Yahoo’s proxy', 'YahooMailProxy; https://help.yahoo.com/', home, 'image_proxy', 'scanner'],
  ['a browser in Microsoft’s network', chrome, '40.94.20.13', 'unknown', 'scanner'],
  ['the same by IPv6', chrome, '2603:1046:c04::1', 'unknown', 'scanner'],
  ['OneOutlook', `${chrome} OneOutlook/1.2024.1120`, home, 'unknown', 'scanner'],
  ['Barracuda', 'Mozilla/5.0 (compatible; BarracudaCentral)', home, 'scanner', 'scanner'],
  ['Barracuda’s links', 'cudasvc/1.0', home, 'scanner', 'scanner'],
  ['Proofpoint', 'Mozilla/5.0 (Proofpoint URL Defense)', home, 'scanner', 'scanner'],
  ['Proofpoint’s links', 'urldefense.com scanner', home, 'scanner', 'scanner'],
  ['Mimecast', `${chrome} protect-eu.mimecast.com`, home, 'scanner', 'scanner'],
  ['Cisco', 'Cisco-IronPort/1.0', home, 'scanner', 'scanner'],
  ['Trend Micro', 'TMES/1.0', home, 'scanner', 'scanner'],
  ['curl', 'curl/8.9.1', home, 'scanner', 'scanner'],
  ['a link preview', 'Slackbot-LinkExpanding 1.0', home, 'scanner', 'scanner'],
  ['no user agent', '', home, 'unknown', 'unknown'],
  ['a browser', chrome, home, 'human_likely', 'human_likely'],
  ['a phone', iPhone, home, 'human_likely', 'human_likely'],
  ['Apple Mail without protection', appleMail, home, 'human_likely', 'human_likely'],
  [
    'Outlook on a desk',
    'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)',
    home,
    'human_likely',
    'human_likely',
  ],
])('TRACK-08 %s', ([, userAgent, ip, open, click]) => {
  const sign = signOf({ method: 'GET', userAgent, ip })
  const hit = { id: '1', at: 0, sign }
  const facts = { links: 5 }
  expect([
    classify([{ ...hit, kind: 'open' }], facts)[0],
    classify([{ ...hit, kind: 'click', link: 0 }], facts)[0],
  ]).toEqual([
    { class: open, reason: sign },
    { class: click, reason: sign },
  ])
})

describe('a sign', () => {
  test('TRACK-08 HEAD is a scanner’s, whatever browser it claims to be', () => {
    expect(signOf({ method: 'HEAD', userAgent: chrome, ip: home })).toBe('head')
  })

  test('is never more than one of our words, whatever is sent (TRACK-05)', () => {
    for (const userAgent of ['kari@example.org', 'x'.repeat(20_000), '\u0000', `${chrome}\n`]) {
      expect(signOf({ method: 'GET', userAgent, ip: 'not an ip' })).toMatch(/^[a-z-]{4,20}$/)
    }
  })
})
