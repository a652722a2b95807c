import type { ReadTxt } from '../platform/dns.ts'
import type { Log } from '../platform/log.ts'
import { remembered } from '../platform/remembered.ts'
import type { ReadIdentity, SesIdentity } from '../platform/ses-identity.ts'

export type DomainProblem =
  | 'domain-not-verified'
  | 'dkim-missing'
  | 'spf-not-aligned'
  | 'dmarc-missing'
  /** SES or DNS gave no answer: nothing is known, so nothing starts. */
  | 'domain-not-checked'

/** What is wrong with the domain that campaigns are sent from. */
export type CheckDomain = () => Promise<DomainProblem[]>

/** SES takes about one such question a second, of the whole account. */
const keptSeconds = 30

/**
 * Whether mail of the domain arrives as the domain's own (SEND-01): SES signs it with DKIM for this very
 * domain, its bounce domain lies within it, so that SPF is aligned, and a DMARC record says to look.
 * That the From address is of this domain, the policy's own schema sees to.
 */
export function domainCheck({
  domain,
  identity,
  txt,
  log,
  clock,
}: {
  domain: string
  identity: ReadIdentity
  txt: ReadTxt
  log: Log
  clock: () => Date
}): CheckDomain {
  const ask = async (): Promise<DomainProblem[]> => {
    const [known, dmarc] = await Promise.all([identity(domain), hasDmarc(txt, domain)])
    return [...identityProblems(domain, known), ...(dmarc ? [] : (['dmarc-missing'] as const))]
  }
  const asked = remembered(ask, { seconds: keptSeconds, clock })
  return () =>
    asked().catch((fault: unknown) => {
      log.fault('the sending domain was not checked', fault)
      return ['domain-not-checked']
    })
}

function identityProblems(domain: string, identity: SesIdentity | undefined): DomainProblem[] {
  if (!identity?.VerifiedForSendingStatus) return ['domain-not-verified']
  const { DkimAttributes: dkim, MailFromAttributes: bounces } = identity
  const signs = dkim.SigningEnabled === true && dkim.Status === 'SUCCESS'
  const aligned =
    bounces.MailFromDomainStatus === 'SUCCESS' &&
    bounces.MailFromDomain?.toLowerCase().endsWith(`.${domain}`) === true
  return [
    ...(signs ? [] : (['dkim-missing'] as const)),
    ...(aligned ? [] : (['spf-not-aligned'] as const)),
  ]
}

/** The domain's own record, else that of one above it, as receivers look for it. */
async function hasDmarc(txt: ReadTxt, domain: string): Promise<boolean> {
  const labels = domain.split('.')
  for (let above = 0; above < labels.length - 1; above++) {
    const name = `_dmarc.${labels.slice(above).join('.')}`
    const records = (await txt(name)).filter((record) => /^v=DMARC1\s*(;|$)/.test(record))
    // More than one is as good as none (RFC 7489 §6.6.3).
    if (records.length > 0) return records.length === 1 && records.every(asksSomething)
  }
  return false
}

const asksSomething = (record: string): boolean =>
  /;\s*p\s*=\s*(none|quarantine|reject)\s*(;|$)/i.test(record)
