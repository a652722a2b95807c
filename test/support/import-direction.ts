import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { findCycle } from './cycle.ts'
import { allowedImports, mayReadEnvironment } from './import-rules.ts'
import { parseSourceFile, type SourceFile } from './source-file.ts'

/** Path from the root of the repository → text. */
export type SourceTree = ReadonlyMap<string, string>

type Edge = { from: string; to: string; line: number }

/** Every source file below `root` that the project itself wrote. */
export function readSourceTree(root: string): SourceTree {
  const paths = ['*', '{functions,infra,web,test}/**/*'].flatMap((folder) =>
    globSync(`${folder}.{ts,mts,cts,js,mjs,cjs}`, { cwd: root }),
  )
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** One sentence for each broken rule; none when every import points the right way. */
export function importViolations(tree: SourceTree): string[] {
  const files = [...tree].map(([path, text]) => ({ path, ...parseSourceFile(path, text) }))
  const edges = files.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line }): Edge[] =>
      specifier?.startsWith('.')
        ? [{ from: path, to: posix.join(posix.dirname(path), specifier), line }]
        : [],
    ),
  )
  return [
    ...files.flatMap(fileViolations),
    ...edges.filter((edge) => !isAllowed(edge)).map(direction),
    ...cycleViolations('files', edges),
    ...cycleViolations('folders', edges.flatMap(betweenFolders)),
  ]
}

function fileViolations({ path, ...file }: SourceFile & { path: string }): string[] {
  const unreadable = file.errors.map((error) => `${path} does not parse: ${error}`)
  const unfollowed = file.imports
    .filter(({ specifier }) => specifier === undefined || /^[#/]|^file:/.test(specifier))
    .map(
      ({ specifier, line }) =>
        `${path}:${line} imports ${specifier ?? 'a computed path'}: name the file`,
    )
  const environment = mayReadEnvironment(path)
    ? []
    : file.environmentReads.map(
        (line) => `${path}:${line} reads the environment, which only functions/entry/ may`,
      )
  return [...unreadable, ...unfollowed, ...environment]
}

function isAllowed({ from, to }: Edge): boolean {
  return Object.entries(allowedImports).some(([row, targets]) => {
    if (!from.startsWith(row)) return false
    const itself = row === 'functions/entry/' ? [] : [row]
    return [...itself, ...targets].some((target) => to.startsWith(target))
  })
}

const direction = ({ from, to, line }: Edge) => `${from}:${line} may not import ${to}`

/** Two features can lean on each other without a cycle of files. */
function betweenFolders({ from, to, line }: Edge): Edge[] {
  const [source] = /^functions\/[^/]+\//.exec(from) ?? []
  const [target] = /^functions\/[^/]+\//.exec(to) ?? []
  return source && target && source !== target ? [{ from: source, to: target, line }] : []
}

function cycleViolations(what: string, edges: Edge[]): string[] {
  const graph = new Map<string, Set<string>>()
  for (const { from, to } of edges) graph.set(from, (graph.get(from) ?? new Set()).add(to))
  const cycle = findCycle(graph)
  return cycle ? [`cycle of ${what}: ${cycle.join(' → ')}`] : []
}
