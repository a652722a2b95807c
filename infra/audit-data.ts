import { askedInstallation, reasonOf } from './audit/asked-installation.ts'
import { auditData } from './audit/audit.ts'
import { reportText } from './audit/report-text.ts'

const usage = `usage: npm run audit-data [-- --port <port> | --stage <stage> [--region <region>]] [--json]`

try {
  const { installation, json } = await askedInstallation(usage)
  const report = await auditData(installation, { clock: () => new Date() })
  console.log(json ? JSON.stringify(report, null, 2) : reportText(report))
  if (!report.clean) process.exitCode = 1
} catch (error) {
  // What a parser or the database says of an item may repeat what is in it (SEC-14).
  console.error(`The audit could not be done. ${reasonOf(error)}`)
  process.exitCode = 2
}
