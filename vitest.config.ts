import { defineConfig } from 'vitest/config'

/** Everything that can share the machine runs first, on both cores while a third waits; the journeys then have it alone. */
const parallel = { maxWorkers: 3, sequence: { groupOrder: 0 } }
const alone = { maxWorkers: 2, sequence: { groupOrder: 1 } }

/** Files that leave nothing behind in their process share one, and what they import with it. */
const together = { isolate: false }

const seconds = 1_000

function project(name: string, test: object) {
  return { test: { name, include: [`test/${name}/**/*.test.ts`], ...test } }
}

export default defineConfig({
  test: {
    passWithNoTests: true,
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: '.build/test-results.json' }]]
      : ['default'],
    projects: [
      project('unit', { ...parallel, ...together, testTimeout: 20 * seconds }),
      project('property', { ...parallel, ...together, testTimeout: 60 * seconds }),
      project('contract', {
        ...parallel,
        globalSetup: 'test/support/assembly.ts',
        testTimeout: 20 * seconds,
        hookTimeout: 60 * seconds,
      }),
      project('infra', {
        ...parallel,
        ...together,
        globalSetup: 'test/support/scratch.ts',
        testTimeout: 60 * seconds,
        hookTimeout: 120 * seconds,
      }),
      project('integration', {
        ...parallel,
        globalSetup: 'test/support/assembly.ts',
        testTimeout: 60 * seconds,
        hookTimeout: 60 * seconds,
      }),
      project('e2e', {
        ...alone,
        globalSetup: ['test/e2e/global-setup.ts', 'test/e2e/invariants.ts'],
        testTimeout: 120 * seconds,
        hookTimeout: 120 * seconds,
      }),
    ],
  },
})
