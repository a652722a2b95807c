import MarkdownIt from 'markdown-it'
import { type Html, html } from '../../web/shared/html.ts'
import type { styles } from '../../web/shared/mail-style.ts'
import { place } from '../platform/mail-template.ts'

export type MarkdownProblem = 'link-not-https' | 'image-not-https' | 'image-without-alt'

/** What all blocks of all languages share: the links by number, and what is wrong with any of them. */
export type Gathered = {
  links: string[]
  problems: Set<MarkdownProblem>
  /** Told of each link of a block, by its number. */
  stands?: (link: number) => void
}

type Token = ReturnType<MarkdownIt['parse']>[number]
type Style = ReturnType<typeof styles>

/** Markdown's own HTML is text here, and addresses are links only where somebody says so. */
const reader = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable([
  'table',
])

const parse = (markdown: string): Token[] =>
  reader.parse(markdown, {}).flatMap((token) => token.children ?? token)

/**
 * A block as HTML. Each link stands in a numbered place of its own, so that it can lead through us for
 * those who allow that, and straight to its goal for everybody else (TRACK-01).
 */
export function markdownHtml(markdown: string, style: Style, gathered: Gathered): Html[] {
  return parse(markdown).map((token) => tokenHtml(token, style, gathered))
}

const listStyle = 'margin:16px 0 0;padding:0 0 0 22px;'
const imageStyle = 'display:block;max-width:100%;height:auto;border:0;border-radius:10px;'
const codeStyle = 'font-family:ui-monospace,Menlo,Consolas,monospace;font-size:14px;'

const elements: Readonly<Record<string, (style: Style) => Html>> = {
  paragraph_close: () => html`</p>\n`,
  heading_close: () => html`</h2>\n`,
  bullet_list_open: () => html`<ul style="${listStyle}">`,
  bullet_list_close: () => html`</ul>\n`,
  ordered_list_open: () => html`<ol style="${listStyle}">`,
  ordered_list_close: () => html`</ol>\n`,
  list_item_open: () => html`<li style="margin:6px 0 0">`,
  list_item_close: () => html`</li>`,
  blockquote_open: (style) =>
    html`<blockquote class="soft" style="margin:16px 0 0;padding:0 0 0 16px;${style.soft}">`,
  blockquote_close: () => html`</blockquote>\n`,
  hr: () => html`<hr style="margin:28px 0 0;border:0;border-top:1px solid #8884">\n`,
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
      return html`<code style="${codeStyle}">${token.content}</code>`
    case 'code_block':
    case 'fence':
      return html`<pre style="margin:16px 0 0;white-space:pre-wrap;${codeStyle}">${token.content}</pre>\n`
    case 'link_open':
      return html`<a class="link" href="${linkPlace(token, gathered)}" style="${style.link}">`
    case 'image':
      return imageHtml(token, gathered)
    default:
      return elements[token.type]?.(style) ?? html``
  }
}

function linkPlace(token: Token, { links, problems, stands }: Gathered): string {
  const target = String(token.attrGet('href') ?? '')
  if (!isHttps(target)) problems.add('link-not-https')
  const known = links.indexOf(target)
  const link = known < 0 ? links.push(target) - 1 : known
  stands?.(link)
  return place(`link${link}`)
}

function imageHtml(token: Token, { problems }: Gathered): Html {
  const source = String(token.attrGet('src') ?? '')
  if (!isHttps(source)) problems.add('image-not-https')
  // Who cannot see it is told what it shows (UX-01).
  if (token.content.trim() === '') problems.add('image-without-alt')
  return html`<img src="${source}" alt="${token.content}" style="${imageStyle}">`
}

const isHttps = (target: string): boolean =>
  URL.canParse(target) && new URL(target).protocol === 'https:'

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
        target = String(token.attrGet('href') ?? '')
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
