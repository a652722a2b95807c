import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import { checkPolicy } from '../functions/consent/policy-check.ts'
import { policy } from '../policy.ts'

const root = resolve(import.meta.dirname, '..')
const entries = join(root, 'functions/entry')

/** The SDK's credential chain is a third of a bundle, and on Lambda only its first link is used. */
const lambdaCredentials = {
  '@aws-sdk/credential-provider-node': join(root, 'functions/platform/lambda-credentials.ts'),
}

/**
 * Bundles every Lambda entry into `<outDir>/<name>/index.js`, relative to the repository.
 * @throws {PolicyError} when the policy that they would obey cannot be used.
 */
export function bundleFunctions(outDir = '.build/functions', obeyed: unknown = policy): void {
  checkPolicy(obeyed)
  const names = readdirSync(entries)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
  bundle(Object.fromEntries(names.map((name) => [name, join(entries, `${name}.ts`)])), outDir)
}

/**
 * Bundles each source of `sources` (name → path) into `<outDir>/<name>/index.js` in one esbuild
 * call.
 *
 * CommonJS with the SDK inside: an ESM bundle or an external SDK costs a multiple of the import
 * time at each cold start. The same sources give the same bytes, so an unchanged function keeps its
 * asset hash and is not deployed again.
 */
export function bundle(
  sources: Record<string, string>,
  outDir: string,
  alias: Record<string, string> = lambdaCredentials,
): void {
  buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(sources).map(([name, path]) => [`${name}/index`, path]),
    ),
    outdir: resolve(root, outDir),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    alias,
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  })
}
