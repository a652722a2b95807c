import { askedInstallation, reasonOf } from './audit/asked-installation.ts'
import { type Verified, verifyLedger } from './audit/verify-ledger.ts'

const usage = `usage: npm run verify-ledger [-- --port <port> | --stage <stage> [--region <region>]] [--json]`

try {
  const { installation, json } = await askedInstallation(usage)
  const { store, journal } = installation
  if (journal === undefined) throw new Error('The bucket of the journal was not reached.')
  const verified = await verifyLedger({ store, journal }, { clock: () => new Date() })
  console.log(json ? JSON.stringify(verified, null, 2) : textOf(verified))
  if (verified.findings.length > 0) process.exitCode = 1
} catch (error) {
  console.error(`The ledger could not be verified. ${reasonOf(error)}`)
  process.exitCode = 2
}

/** What is broken, the first before the others, by kind and id alone (SEC-14). */
function textOf({ entries, objects, findings }: Verified): string {
  return [
    `${entries.toLocaleString('en')} entries compared with ${objects.toLocaleString('en')} journal objects`,
    ...findings.map(({ kind, id }) => `BROKEN  ${kind}: ${id}`),
    findings.length === 0 ? 'nothing was changed, removed or slipped in' : 'BROKEN: see above',
  ].join('\n')
}
