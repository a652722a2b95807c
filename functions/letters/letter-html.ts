import { type Html, html } from '../../web/shared/html.ts'
import { mailPage } from '../../web/shared/mail-page.ts'
import { styles } from '../../web/shared/mail-style.ts'
import { theme } from '../../web/shared/theme.ts'
import type { Block, Frame, Letter, ListItem } from './letter.ts'
import { letterFooter } from './letter-footer.ts'
import { letterTextsIn } from './letter-texts.ts'

/** A letter as HTML: no image and nothing fetched (SEND-09). */
export function letterHtml(frame: Frame, letter: Letter): string {
  const { light, dark } = theme(frame.policy.branding.accent)
  const style = styles(light)
  const paint: Paint = { style, orOpen: letterTextsIn(frame.language).orOpen }
  return mailPage({
    language: frame.language,
    subject: letter.subject,
    mark: frame.policy.branding.mark,
    style,
    dark,
    content: html`<h1 style="${style.h1}">${letter.title}</h1>
${letter.blocks.map((block) => [blockHtml(paint, block), '\n'])}${footerHtml(paint, frame, letter)}`,
  }).toString()
}

type Paint = { style: ReturnType<typeof styles>; orOpen: string }

function blockHtml(paint: Paint, block: Block): Html {
  const { style } = paint
  switch (block.kind) {
    case 'lead':
      return html`<p class="soft" style="${style.lead}">${block.text}</p>`
    case 'text':
      return html`<p style="${style.paragraph}">${block.text}</p>`
    case 'soft':
      return html`<p class="soft" style="${style.paragraph}${style.soft}">${block.text}</p>`
    case 'heading':
      return html`<h2 style="${style.h2}">${block.text}</h2>`
    case 'list':
      return listHtml(paint, block.items)
    case 'button':
      return buttonHtml(paint, block)
    case 'link':
      return html`<p style="${style.paragraph}">${block.before}<br><a class="link" href="${block.url}" style="${style.link}">${block.label}</a>${
        block.after !== undefined &&
        html`<br><span class="soft" style="${style.small}">${block.after}</span>`
      }</p>`
    case 'box':
      return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:32px 0 0"><tr><td class="box" style="${style.box}">
<h2 style="${style.boxTitle}">${block.title}</h2>
<p style="margin:6px 0 0">${block.text}</p>
<p style="margin:10px 0 0"><a class="link" href="${block.url}" style="${style.link}">${block.label}</a></p>
</td></tr></table>`
  }
}

/** Rows of a card, as on our pages; a list, so that it is read as one. */
function listHtml({ style }: Paint, items: readonly ListItem[]): Html {
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" style="${style.card}"><tr><td style="padding:2px 18px">
<ul style="margin:0;padding:0;list-style:none">${items.map(
    ({ name, text }, index) =>
      html`<li class="row" style="${index === 0 ? style.firstRow : style.row}">${
        name === undefined
          ? text
          : [html`<b style="${style.name}">${name}</b><br>`, rowText(style, text)]
      }</li>`,
  )}</ul>
</td></tr></table>`
}

function rowText(style: Paint['style'], text: string): Html {
  return html`<span class="soft" style="${style.soft}">${text}</span>`
}

function buttonHtml(
  { style, orOpen }: Paint,
  { label, url }: { label: string; url: string },
): Html {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:24px 0 0"><tr><td class="button" style="${style.buttonCell}"><a class="button" href="${url}" style="${style.button}">${label}</a></td></tr></table>
<p class="soft" style="${style.address}">${orOpen}<br><a class="soft" href="${url}" style="${style.addressLink}">${url}</a></p>`
}

function footerHtml({ style }: Paint, frame: Frame, letter: Letter): Html {
  const { because, sender, writeTo, email, notice } = letterFooter(frame, letter)
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:44px 0 0"><tr><td class="foot soft" style="${style.foot}">
<p style="margin:0">${because}</p>
<p style="margin:12px 0 0">${sender}<br>${writeTo} <a class="soft" href="mailto:${email}" style="${style.footLink}">${email}</a></p>
<p style="margin:12px 0 0"><a class="soft" href="${notice.url}" style="${style.footLink}">${notice.label}</a></p>
</td></tr></table>`
}
