import type { Open, Piece } from './html-reader.ts'
import { targetOf } from './markdown.ts'

type Sheet = { text: string; targets: string[]; preformatted: number }

/** HTML as Markdown's text: links and pictures are written out, and nothing is counted there. */
export function htmlText(pieces: readonly Piece[]): string {
  const sheet: Sheet = { text: '', targets: [], preformatted: 0 }
  for (const piece of pieces) write(sheet, piece)
  return sheet.text
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function write(sheet: Sheet, piece: Piece): void {
  switch (piece.kind) {
    case 'text':
      sheet.text += sheet.preformatted > 0 ? piece.text : flowing(piece.text, sheet.text)
      return
    case 'open':
      sheet.text += opening(sheet, piece)
      return
    case 'close':
      sheet.text += closing(sheet, piece.name)
  }
}

/** Spaces and line breaks of HTML are one space, and none where a line begins. */
function flowing(text: string, before: string): string {
  const said = text.replace(/\s+/g, ' ')
  return /(?:^|\s)$/.test(before) ? said.trimStart() : said
}

const breaks: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['p', 'h1', 'h2', 'h3', 'h4', 'ul', 'ol', 'blockquote', 'pre', 'table'].map((name) => [
      name,
      '\n\n',
    ]),
  ),
  div: '\n',
  li: '\n',
  tr: '\n',
}

function opening(sheet: Sheet, { name, attributes }: Open): string {
  switch (name) {
    case 'a':
      sheet.targets.push(targetOf(attributes.get('href')))
      return ''
    case 'pre':
      sheet.preformatted++
      return '\n\n'
    case 'br':
      return '\n'
    case 'hr':
      return '\n\n----\n\n'
    case 'img':
      return `[${attributes.get('alt') ?? ''}]`
    case 'li':
      return '\n* '
    default:
      return breaks[name] ?? ''
  }
}

function closing(sheet: Sheet, name: string): string {
  switch (name) {
    case 'a':
      return ` <${sheet.targets.pop() ?? ''}>`
    case 'pre':
      sheet.preformatted--
      return '\n\n'
    case 'td':
    case 'th':
      return ' '
    default:
      return breaks[name] ?? ''
  }
}
