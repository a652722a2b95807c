import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Finding, table } from './doctor/finding.ts'
import { mailFindings, unsubscribeLink } from './doctor/mail.ts'
import { nameFindings } from './doctor/names.ts'
import { readMail } from './doctor/read-mail.ts'
import { linkFindings, webFindings } from './doctor/web.ts'

const usage = `usage: npm run doctor -- --url https://… [--mail FILE.eml [--unsubscribe]] [--domain example.org] [--dns ADDRESS:PORT]
  Asks an installation what mailbox providers and scanners ask it. With a mail that was delivered (its source, as
  a mail program saves it) also its headers, its signatures and its own link; --unsubscribe really presses that.
  --domain asks DNS of the sending domain, as the From of a mail does; --dns names another server to ask.`

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

/** Exit code 0 when nothing is wrong, 1 when something is, 2 when it could not be looked at. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      mail: { type: 'string' },
      unsubscribe: { type: 'boolean', default: false },
      domain: { type: 'string' },
      dns: { type: 'string' },
    },
  })
  if (values.url === undefined || !URL.canParse(values.url)) throw new Error(usage)
  const base = new URL(values.url)
  const dns = new Resolver({ timeout: 3000, tries: 2 })
  if (values.dns !== undefined) dns.setServers([values.dns])
  const mail = values.mail === undefined ? undefined : await readMail(await readFile(values.mail))
  const link = mail && unsubscribeLink(mail)
  const domain = values.domain ?? mail?.fromDomain
  const findings: Finding[] = [
    ...(await webFindings(base)),
    ...(link === undefined ? [] : await linkFindings(link, values.unsubscribe)),
    ...(domain === undefined ? [] : await nameFindings(namesOf(dns), domain)),
    ...(mail === undefined
      ? []
      : await mailFindings(mail, {
          origin: base.origin,
          // Signatures ask for nothing but text.
          resolver: (name) => dns.resolveTxt(name),
        })),
  ]
  console.log(table(findings))
  const wrong = findings.filter(({ result }) => result === 'wrong').length
  console.log(wrong === 0 ? '\nNothing is wrong.' : `\n${wrong} to fix.`)
  process.exitCode = wrong === 0 ? 0 : 1
}

function namesOf(dns: Resolver) {
  return {
    texts: async (name: string) =>
      (await orNothing(dns.resolveTxt(name))).map((parts) => parts.join('')),
    exchanges: async (name: string) =>
      (await orNothing(dns.resolveMx(name))).map(({ exchange }) => exchange),
  }
}

async function orNothing<Each>(asked: Promise<Each[]>): Promise<Each[]> {
  try {
    return await asked
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw error
  }
}
