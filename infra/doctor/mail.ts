import { type DKIMVerifyOptions, dkimVerify } from 'mailauth'
import { type Finding, finding } from './finding.ts'
import type { DeliveredMail } from './read-mail.ts'

export type Resolver = NonNullable<DKIMVerifyOptions['resolver']>

/** What a delivered mail shows: its headers, its signatures, and what its HTML fetches. */
export async function mailFindings(
  mail: DeliveredMail,
  { origin, resolver }: { origin: string; resolver: Resolver },
): Promise<Finding[]> {
  return [
    unsubscribeHeader(mail),
    oneClickHeader(mail),
    listName(mail),
    lineLengths(mail),
    ...(await signatures(mail, resolver)),
    waysToStop(mail, origin),
    pixels(mail, origin),
  ]
}

const valuesOf = ({ headers }: DeliveredMail, wanted: string): string[] =>
  headers.filter(({ name }) => name === wanted).map(({ value }) => value)

/** The addresses in a list header, in their order (RFC 2369 §2). */
const addressesIn = (value: string): string[] =>
  [...value.matchAll(/<([^<>]*)>/g)].map(([, address = '']) => address.replace(/\s+/g, ''))

/** Where a mail says that one press unsubscribes; undefined when it does not. */
export function unsubscribeLink(mail: DeliveredMail): URL | undefined {
  const [value = ''] = valuesOf(mail, 'list-unsubscribe')
  const link = addressesIn(value).find(
    (each) => each.startsWith('https:') || each.startsWith('http:'),
  )
  return link !== undefined && URL.canParse(link) ? new URL(link) : undefined
}

function unsubscribeHeader(mail: DeliveredMail): Finding {
  const values = valuesOf(mail, 'list-unsubscribe')
  const addresses = values.flatMap(addressesIn)
  const secure = addresses.filter((each) => /^https:/i.test(each))
  const first = addresses[0] === undefined || /^https:/i.test(addresses[0])
  return finding('UNSUB-01, UNSUB-02', 'List-Unsubscribe', [
    ...(values.length === 1 ? [] : [`is there ${values.length} times, not once`]),
    ...(secure.length === 1 ? [] : [`has ${secure.length} https addresses, not one`]),
    ...(first ? [] : ['the https address must come before any other']),
  ])
}

function oneClickHeader(mail: DeliveredMail): Finding {
  const values = valuesOf(mail, 'list-unsubscribe-post')
  const right = values.length === 1 && values[0] === 'List-Unsubscribe=One-Click'
  const wrong = `must be there once, as List-Unsubscribe=One-Click, and is: ${values.join(' | ') || 'missing'}`
  return finding('UNSUB-01', 'List-Unsubscribe-Post', right ? [] : [wrong])
}

function listName(mail: DeliveredMail): Finding {
  const values = valuesOf(mail, 'list-id')
  const right = values.length === 1 && /^[^<>]*<[\w.-]+>$/.test(values[0] ?? '')
  const short = values.every((value) => Buffer.byteLength(value) <= 255)
  return finding('UNSUB-13', 'List-Id', [
    ...(right ? [] : ['must be there once, as Name <topic.domain>']),
    ...(short ? [] : ['is longer than 255 octets']),
  ])
}

function lineLengths({ headers }: DeliveredMail): Finding {
  const long = headers.filter(({ longest }) => longest > 998).map(({ name }) => name)
  return finding('UNSUB-14', 'header lines of at most 998 octets', long)
}

const covered = ['list-unsubscribe', 'list-unsubscribe-post']

/**
 * UNSUB-03: one signature that holds must list both headers, else a provider offers no one-click; and one
 * that holds must be of the From domain itself, which is what DMARC looks at (SEND-01).
 */
async function signatures(mail: DeliveredMail, resolver: Resolver): Promise<Finding[]> {
  const { results } = await dkimVerify(mail.raw, { resolver })
  const holding = results.filter(({ status }) => status.result === 'pass')
  const broken = results
    .filter(({ status }) => status.result !== 'pass')
    .map(({ signingDomain = 'nobody', status }) => {
      return `that of ${signingDomain}: ${status.result} ${status.comment ?? ''}`.trimEnd()
    })
  const lists = holding.map(({ signingHeaders }) =>
    (signingHeaders?.keys ?? '').split(':').map((name) => name.trim().toLowerCase()),
  )
  const both = lists.some((names) => covered.every((name) => names.includes(name)))
  const missing = covered.filter((name) => !lists.some((names) => names.includes(name)))
  const lacking = `no signature that holds lists ${missing.join(' and ') || 'both at once'} in h=`
  const aligned = holding.some(
    ({ signingDomain }) => signingDomain?.toLowerCase() === mail.fromDomain,
  )
  return [
    finding(
      'UNSUB-03',
      'DKIM covers both List-Unsubscribe headers',
      both ? [] : [lacking, ...broken],
    ),
    finding(
      'SEND-01',
      `DKIM of the From domain ${mail.fromDomain}`,
      aligned ? [] : ['none holds', ...broken],
    ),
  ]
}

function waysToStop(mail: DeliveredMail, origin: string): Finding {
  const way = `${origin}/u/`
  return finding('UNSUB-16', 'a link to unsubscribe in both parts', [
    ...(mail.html.includes(way) ? [] : [`the HTML part has no link to ${way}…`]),
    ...(mail.text.includes(way) ? [] : [`the text part has no link to ${way}…`]),
  ])
}

/** Of others' there may be pictures that are seen, and none that only tell who looks (SEND-08). */
function pixels({ html, images }: DeliveredMail, origin: string): Finding {
  const foreign = images.filter(({ source, unseen }) => unseen && source.origin !== origin)
  return finding('SEND-08', 'no pixel or wrapped link of somebody else', [
    ...foreign.map(({ source }) => `an unseen picture of ${source.host}`),
    ...(/awstrack\.me/i.test(html)
      ? ['links or pictures lead through awstrack.me: turn SES’s tracking off']
      : []),
  ])
}
