import type { TestProject } from 'vitest/node'
import { auditData } from '../../infra/audit/audit.ts'
import { findInstallation } from '../../infra/audit/installation.ts'
import { reportText } from '../../infra/audit/report-text.ts'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import { readSettings } from '../../infra/settings.ts'

/**
 * Whatever the journeys did, the invariants of design §12 hold when the last of them is over. Vitest
 * undoes set-ups in reverse, so this one, the later, still finds the stack of the earlier running.
 */
export function setup(project: TestProject): () => Promise<void> {
  return async () => {
    const { endpoints, region } = project.getProvidedContext().cloud
    const clients = createClients(endpoints, region)
    const settings = readSettings({
      tryGetContext: (key) => (key === 'stage' ? 'local' : undefined),
    })
    try {
      const installation = await findInstallation(clients, settings)
      const report = await auditData(installation, { clock: () => new Date() })
      console.log(reportText(report))
      if (!report.clean) throw new Error('The journeys have broken an invariant: see above')
    } finally {
      destroyClients(clients)
    }
  }
}
