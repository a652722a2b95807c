import { type Finding, finding, look } from './finding.ts'

/** DNS, as far as it is asked here; an empty list where there is nothing. @throws without an answer. */
export type Names = {
  texts: (name: string) => Promise<string[]>
  exchanges: (name: string) => Promise<string[]>
}

/** What DNS says of the domain that mail is sent from (SEND-01). */
export async function nameFindings(names: Names, domain: string): Promise<Finding[]> {
  return Promise.all([
    exchange(names, domain),
    senderPolicy(names, domain),
    bounceDomain(names, `bounce.${domain}`),
    dmarc(names, domain),
  ])
}

async function exchange({ exchanges }: Names, domain: string): Promise<Finding> {
  const found = await exchanges(domain)
  const what = `MX of ${domain}`
  return finding('SEND-07', what, found.length > 0 ? [] : ['none: nobody can answer our mail'])
}

async function senderPolicy({ texts }: Names, domain: string): Promise<Finding> {
  const what = `SPF of ${domain}`
  const records = (await texts(domain)).filter(isSpf)
  if (records.length === 0) {
    return look(
      'SEND-01',
      what,
      'none; the bounce domain’s counts, but "v=spf1 -all" keeps others out',
    )
  }
  return finding('SEND-01', what, records.length === 1 ? [] : ['more than one record: none counts'])
}

/** SES sends bounces there, and SPF is judged by it. */
async function bounceDomain({ texts, exchanges }: Names, domain: string): Promise<Finding> {
  const records = (await texts(domain)).filter(isSpf)
  const known = records.length === 1 && /\binclude:amazonses\.com\b/.test(records[0] ?? '')
  const [mx = ''] = await exchanges(domain)
  const here = /^feedback-smtp\.[a-z0-9-]+\.amazonses\.com\.?$/i.test(mx)
  return finding('SEND-01', `SPF and MX of ${domain}`, [
    ...(known ? [] : ['add TXT "v=spf1 include:amazonses.com -all"']),
    ...(here ? [] : ['add MX "10 feedback-smtp.<region>.amazonses.com"']),
  ])
}

async function dmarc({ texts }: Names, domain: string): Promise<Finding> {
  const records = (await texts(`_dmarc.${domain}`)).filter((each) => /^v=DMARC1\b/.test(each))
  const asks = /;\s*p\s*=\s*(none|quarantine|reject)\b/i.test(records[0] ?? '')
  const what = `DMARC of ${domain}`
  if (records.length > 1) return finding('SEND-01', what, ['more than one record: none counts'])
  return finding(
    'SEND-01',
    what,
    asks ? [] : [`add TXT _dmarc.${domain} "v=DMARC1; p=reject; adkim=s"`],
  )
}

const isSpf = (record: string): boolean => /^v=spf1(\s|$)/i.test(record)
