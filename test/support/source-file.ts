import { type Expression, type PropertyKey as Key, parseSync, Visitor } from 'oxc-parser'

/** One place where a file names another module; `specifier` is unset when it is computed. */
type ModuleImport = { specifier: string | undefined; line: number }

export type SourceFile = {
  imports: ModuleImport[]
  /** Lines that read the environment, in whichever spelling. */
  environmentReads: number[]
  errors: string[]
}

/** Reads the imports of a file from its syntax tree: static, dynamic, `import type`, re-exports. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  const imports: ModuleImport[] = []
  const environmentReads: number[] = []

  const line = (offset: number) => text.slice(0, offset).split('\n').length
  const addImport = (source: Expression | null, offset: number) => {
    if (source) imports.push({ specifier: literalText(source), line: line(offset) })
  }
  const addEnvironmentRead = (node: { start: number }) => environmentReads.push(line(node.start))

  new Visitor({
    ImportDeclaration(node) {
      addImport(node.source, node.start)
      const takesEnvironment = node.specifiers.some(
        (specifier) =>
          specifier.type === 'ImportSpecifier' &&
          specifier.imported.type === 'Identifier' &&
          specifier.imported.name === 'env',
      )
      if (/^(node:)?process$/.test(node.source.value) && takesEnvironment) addEnvironmentRead(node)
    },
    ExportAllDeclaration: (node) => addImport(node.source, node.start),
    ExportNamedDeclaration: (node) => addImport(node.source, node.start),
    ImportExpression: (node) => addImport(node.source, node.start),
    TSImportType: (node) => addImport(node.source, node.start),
    TSExternalModuleReference: (node) => addImport(node.expression, node.start),
    CallExpression(node) {
      const [source] = node.arguments
      const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require'
      if (isRequire && source && source.type !== 'SpreadElement') addImport(source, node.start)
    },
    MemberExpression(node) {
      if (keyName(node.property) === 'env' && isProcess(node.object)) addEnvironmentRead(node)
    },
    VariableDeclarator(node) {
      const takesEnvironment =
        node.id.type === 'ObjectPattern' &&
        node.id.properties.some(
          (property) => property.type === 'Property' && keyName(property.key) === 'env',
        )
      if (takesEnvironment && node.init && isProcess(node.init)) addEnvironmentRead(node)
    },
  }).visit(program)

  return { imports, environmentReads, errors: errors.map((error) => error.message) }
}

/** `process` itself, or reached through something else, as in `globalThis.process`. */
function isProcess(node: Expression): boolean {
  if (node.type === 'Identifier') return node.name === 'process'
  return node.type === 'MemberExpression' && keyName(node.property) === 'process'
}

function keyName(key: Key): string | undefined {
  if (key.type === 'Identifier') return key.name
  return key.type === 'PrivateIdentifier' ? undefined : literalText(key)
}

function literalText(node: Expression): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined
  return node.quasis[0]?.value.cooked ?? undefined
}
