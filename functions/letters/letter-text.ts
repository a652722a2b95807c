import type { Block, Frame, Letter } from './letter.ts'
import { letterFooter } from './letter-footer.ts'

/** The plain text part: the same blocks in the same order, every address written out. */
export function letterText(frame: Frame, letter: Letter): string {
  const footer = letterFooter(frame, letter)
  const paragraphs = [
    frame.policy.branding.mark,
    underlined(letter.title, '='),
    ...letter.blocks.map(blockText),
    '-'.repeat(40),
    footer.because,
    footer.sender,
    `${footer.writeTo} ${footer.email}`,
    `${footer.notice.label}: ${footer.notice.url}`,
  ]
  return `${paragraphs.join('\n\n')}\n`
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'lead':
    case 'text':
    case 'soft':
      return block.text
    case 'heading':
      return underlined(block.text, '-')
    case 'list':
      return block.items
        .map(({ name, text }) => (name === undefined ? `* ${text}` : `* ${name}\n  ${text}`))
        .join('\n')
    case 'button':
      return `${block.label}:\n${block.url}`
    case 'link':
      return [block.before, `${block.label}:\n${block.url}`, block.after]
        .filter((part) => part !== undefined)
        .join('\n')
    case 'box':
      return `${underlined(block.title, '-')}\n\n${block.text}\n${block.label}:\n${block.url}`
  }
}

function underlined(title: string, line: string): string {
  return `${title}\n${line.repeat([...title].length)}`
}
