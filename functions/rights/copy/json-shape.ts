import type { CopySection, Row } from './copy-section.ts'
import type { FileShape } from './rolling-file.ts'

/**
 * `{"format","…","sections":[{"id","art20","rows":[…]}]}`: what GDPR art. 20 lets a person take along
 * is marked, section by section. Each part is a whole document of this form.
 */
export function jsonShape(about: Readonly<Record<string, unknown>>): FileShape {
  const head = JSON.stringify(about).slice(0, -1)
  const hasBegun = { section: false }
  return {
    contentType: 'application/json',
    nameOf: (part) => (part === 1 ? 'copy.json' : `copy-${part}.json`),
    open: (part) => {
      hasBegun.section = false
      return `${head},"part":${part},"sections":[`
    },
    begin: ({ id, art20 }) => {
      const comma = hasBegun.section ? ',' : ''
      hasBegun.section = true
      return `${comma}\n{"id":${JSON.stringify(id)},"art20":${art20},"rows":[`
    },
    row: (_: CopySection, row: Row, nth) => `${nth === 0 ? '' : ','}\n${JSON.stringify(row)}`,
    end: () => ']}',
    close: (_, isLast) => `],"continues":${!isLast}}\n`,
  }
}
