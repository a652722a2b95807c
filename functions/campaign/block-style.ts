import type { styles } from '../../web/shared/mail-style.ts'

export type Style = ReturnType<typeof styles>

const list = 'margin:16px 0 0;padding:0 0 0 22px;'
const code = 'font-family:ui-monospace,Menlo,Consolas,monospace;font-size:14px;'
const block = {
  ul: list,
  ol: list,
  li: 'margin:6px 0 0',
  blockquote: 'margin:16px 0 0;padding:0 0 0 16px;',
  hr: 'margin:28px 0 0;border:0;border-top:1px solid #8884',
  img: 'display:block;max-width:100%;height:auto;border:0;border-radius:10px;',
  code,
  pre: `margin:16px 0 0;white-space:pre-wrap;${code}`,
}

/** How each element of a block looks where its author says nothing of it. */
export const blockStyle = (style: Style) => ({
  ...block,
  p: style.paragraph,
  h1: style.h1,
  h2: style.h2,
  h3: style.h2,
  h4: style.h2,
  a: style.link,
})
