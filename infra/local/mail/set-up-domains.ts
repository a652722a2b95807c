import type { MailAccount } from '../services/mail-account.ts'
import type { Names } from '../services/names.ts'
import type { SendingDomain } from './sending-domains.ts'

/** What the owner of a sending domain does once it is deployed, as the README says. */
export function setUpDomains(
  domains: readonly SendingDomain[],
  account: Pick<MailAccount, 'domains'>,
  names: Pick<Names, 'texts'>,
): void {
  for (const each of domains) {
    account.domains.set(each.domain, each)
    names.texts.set(`_dmarc.${each.domain}`, 'v=DMARC1; p=reject; adkim=s')
  }
}
