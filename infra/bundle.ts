import { readdirSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
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
 * The reader of HTML and that of Markdown each bring a table of named characters, of two versions of one library:
 * the newer is half as large and does for both.
 */
const reader = packageOf('htmlparser2-12', import.meta.url)
const characters = join(packageOf('entities', pathToFileURL(join(reader, 'package.json'))), 'dist')
const oneTable = {
  entities: join(characters, 'index.js'),
  'entities/decode': join(characters, 'decode.js'),
}

function packageOf(name: string, from: string | URL): string {
  const found = findPackageJSON(name, from)
  if (found === undefined) throw new Error(`${name} is not installed`)
  return dirname(found)
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
  alias: Record<string, string> = { ...lambdaCredentials, ...oneTable },
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
