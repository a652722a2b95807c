import type { TestProject } from 'vitest/node'
import { grantLine } from '../../infra/local/iam/grants.ts'
import { denialLine, type Permissions } from '../../infra/local/iam/permissions.ts'
import { beyondJourneys } from './beyond-journeys.ts'

/**
 * What the roles got wrong in this run: calls that they denied, and, if it was a whole run that passed,
 * grants that nobody used. Everything in `access.ts` is there for a journey.
 */
export async function faultsOfRoles(
  { denials, unused }: Permissions,
  project: TestProject,
): Promise<string[]> {
  const denied = denials().map(denialLine)
  if (!(await ranWhole(project))) return denied
  const left = unused().map(grantLine)
  const needless = left.filter((line) => !beyondJourneys.some(({ grant }) => grant.test(line)))
  const outdated = beyondJourneys
    .filter(({ grant }) => !left.some((line) => grant.test(line)))
    .map(({ grant }) => `no longer beyond the journeys, or no grant at all: ${grant.source}`)
  return [...denied, ...needless, ...outdated]
}

async function ranWhole(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles()
  const ran = project.vitest.state.getFiles().filter((file) => file.projectName === project.name)
  const passed = ran.filter((file) => file.result?.state === 'pass')
  const isFiltered = project.vitest.config.testNamePattern !== undefined
  return passed.length === testFiles.length && !isFiltered
}
