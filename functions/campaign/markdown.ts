import MarkdownIt from 'markdown-it'
import { type Html, html } from '../../web/shared/html.ts'
import { withoutPlaces } from '../platform/mail-template.ts'
import { blockStyle, type Style } from './block-style.ts'
import { checkImage, type Gathered, linkPlace } from './link-place.ts'

type Token = ReturnType<MarkdownIt['parse']>[number]

/** Markdown's own HTML is text here, and addresses are links only where somebody says so. */
const reader = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable([
  'table',
])

const parse = (markdown: string): Token[] =>
  reader.parse(markdown, {}).flatMap((token) => (token.children ?? [token]).map(unmarked))

/** A numeric reference may name the characters that mark a place (SEC-11). */
function unmarked(token: Token): Token {
  token.content = withoutPlaces(token.content)
  return token
}

/** A link's target as both kinds of block have it, in ASCII, so that the same one has one number. */
export const targetOf = (written = ''): string => reader.normalizeLink(written.trim())

/** A block as HTML. */
export function markdownHtml(markdown: string, style: Style, gathered: Gathered): Html[] {
  return parse(markdown).map((token) => tokenHtml(token, style, gathered))
}

const elements: Readonly<Record<string, (style: Style) => Html>> = {
  paragraph_close: () => html`</p>\n`,
  heading_close: () => html`</h2>\n`,
  bullet_list_open: (style) => html`<ul style="${blockStyle(style).ul}">`,
  bullet_list_close: () => html`</ul>\n`,
  ordered_list_open: (style) => html`<ol style="${blockStyle(style).ol}">`,
  ordered_list_close: () => html`</ol>\n`,
  list_item_open: (style) => html`<li style="${blockStyle(style).li}">`,
  list_item_close: () => html`</li>`,
  blockquote_open: (style) =>
    html`<blockquote class="soft" style="${blockStyle(style).blockquote}${style.soft}">`,
  blockquote_close: () => html`</blockquote>\n`,
  hr: (style) => html`<hr style="${blockStyle(style).hr}">\n`,
  strong_open: () => html`<strong>`,
  strong_close: () => html`</strong>`,
  em_open: () => html`<em>`,
  em_close: () => html`</em>`,
  s_open: () => html`<s>`,
  s_close: () => html`</s>`,
  link_close: () => html`</a>`,
  softbreak: () => html`\n`,
  hardbreak: () => html`<br>\n`,
}

function tokenHtml(token: Token, style: Style, gathered: Gathered): Html {
  if (token.hidden) return html``
  switch (token.type) {
    case 'text':
      return html`${token.content}`
    case 'paragraph_open':
      return html`<p style="${style.paragraph}">`
    case 'heading_open':
      return html`<h2 style="${style.h2}">`
    case 'code_inline':
      return html`<code style="${blockStyle(style).code}">${token.content}</code>`
    case 'code_block':
    case 'fence':
      return html`<pre style="${blockStyle(style).pre}">${token.content}</pre>\n`
    case 'link_open':
      return html`<a class="link" href="${linkPlace(attribute(token, 'href'), gathered)}" style="${style.link}">`
    case 'image':
      return imageHtml(token, style, gathered)
    default:
      return elements[token.type]?.(style) ?? html``
  }
}

function imageHtml(token: Token, style: Style, gathered: Gathered): Html {
  const [source, alt] = [attribute(token, 'src'), token.content]
  checkImage({ source, alt }, gathered)
  return html`<img src="${source}" alt="${alt}" style="${blockStyle(style).img}">`
}

const attribute = (token: Token, name: string): string => String(token.attrGet(name) ?? '')

/** A block as plain text; links and pictures are written out, and nothing is counted there. */
export function markdownText(markdown: string): string {
  let target = ''
  const lines = parse(markdown).map((token) => {
    switch (token.type) {
      case 'text':
      case 'code_inline':
      case 'code_block':
      case 'fence':
        return token.content
      case 'image':
        return `[${token.content}]`
      case 'softbreak':
      case 'hardbreak':
        return '\n'
      case 'link_open':
        target = attribute(token, 'href')
        return ''
      case 'link_close':
        return ` <${target}>`
      case 'list_item_open':
        return '* '
      case 'hr':
        return '----\n\n'
      case 'paragraph_close':
        return token.hidden ? '\n' : '\n\n'
      case 'heading_close':
      case 'bullet_list_close':
      case 'ordered_list_close':
        return '\n\n'
      default:
        return ''
    }
  })
  return lines
    .join('')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
