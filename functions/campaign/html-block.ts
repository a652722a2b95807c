import { type Html, html } from '../../web/shared/html.ts'
import { blockStyle, type Style } from './block-style.ts'
import { type Open, type Piece, readHtml } from './html-reader.ts'
import { htmlText } from './html-text.ts'
import { checkImage, type Gathered, linkPlace } from './link-place.ts'
import { targetOf } from './markdown.ts'

/** A block that its author wrote in HTML, written anew from what is allowed, and as plain text. */
export function htmlBlock(
  source: string,
  style: Style,
  gathered: Gathered,
): { html: Html; text: string } {
  const { pieces, allowed } = readHtml(source)
  if (!allowed) gathered.problems.add('html-not-allowed')
  const looks = new Map(Object.entries(blockStyle(style)))
  return {
    html: html`${pieces.map((piece) => pieceHtml(piece, looks, gathered))}`,
    text: htmlText(pieces),
  }
}

function pieceHtml(piece: Piece, looks: ReadonlyMap<string, string>, gathered: Gathered): Html {
  switch (piece.kind) {
    case 'text':
      return html`${piece.text}`
    case 'close':
      return html`</${piece.name}>`
    case 'open': {
      const { name } = piece
      const look = looks.get(name)
      const given = [...piece.attributes].filter(
        ([attribute]) => !/^(?:href|src|alt)$/.test(attribute),
      )
      const all = [
        ...leading(piece, gathered),
        ...given,
        ...(look === undefined || piece.attributes.has('style') ? [] : [['style', look] as const]),
      ]
      return html`<${name}${all.map(([attribute, value]) => html` ${attribute}="${value}"`)}>`
    }
  }
}

/** What leads to somewhere else, or shows it. */
function leading({ name, attributes }: Open, gathered: Gathered): [string, string][] {
  switch (name) {
    case 'a':
      return [['href', linkPlace(targetOf(attributes.get('href')), gathered)]]
    case 'img': {
      const [source, alt] = [targetOf(attributes.get('src')), attributes.get('alt') ?? '']
      checkImage({ source, alt }, gathered)
      return [
        ['src', source],
        ['alt', alt],
      ]
    }
    default:
      return []
  }
}
