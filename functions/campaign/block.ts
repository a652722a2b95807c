import { type Html, html } from '../../web/shared/html.ts'
import { withoutPlaces } from '../platform/mail-template.ts'
import type { Style } from './block-style.ts'
import type { WrittenBlock } from './campaign-record.ts'
import { htmlBlock } from './html-block.ts'
import type { Gathered } from './link-place.ts'
import { markdownHtml, markdownText } from './markdown.ts'

/** A block for both parts of a mail. */
export function drawBlock(
  block: WrittenBlock,
  style: Style,
  gathered: Gathered,
): { html: Html; text: string } {
  if ('html' in block) return htmlBlock(withoutPlaces(block.html), style, gathered)
  const markdown = withoutPlaces(block.markdown)
  return { html: html`${markdownHtml(markdown, style, gathered)}`, text: markdownText(markdown) }
}
