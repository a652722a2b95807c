import { type Html, html, inlineStyle } from '../../web/shared/html.ts'
import { type Palette, theme } from '../../web/shared/theme.ts'
import type { Block, Frame, Letter, ListItem } from './letter.ts'
import { letterFooter } from './letter-footer.ts'
import { letterTextsIn } from './letter-texts.ts'

/**
 * A letter as HTML that mail clients agree on: one column in a table, every style inline, and the
 * dark colours in one style element for clients that keep it. No script, no image, nothing fetched.
 */
export function letterHtml(frame: Frame, letter: Letter): string {
  const { light, dark } = theme(frame.policy.branding.accent)
  const style = styles(light)
  const paint: Paint = { style, orOpen: letterTextsIn(frame.language).orOpen }
  return html`<!doctype html>
<html lang="${frame.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${letter.subject}</title>
${inlineStyle(darkStyle(dark))}
</head>
<body class="page" style="${style.body}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="${style.page}"><tr><td align="center" style="padding:28px 20px 48px">
<!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;text-align:left"><tr><td class="ink" style="${style.text}">
<p style="margin:0;font-weight:600"><span class="dot" style="${style.dot}"></span>${frame.policy.branding.mark}</p>
<h1 style="${style.h1}">${letter.title}</h1>
${letter.blocks.map((block) => [blockHtml(paint, block), '\n'])}${footerHtml(paint, frame, letter)}
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`.toString()
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

const font =
  "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif;"

function styles(colour: Palette) {
  const wrap = 'overflow-wrap:anywhere;word-break:break-word;'
  const small = `${font}font-size:14px;line-height:1.5;`
  const box = `padding:18px 20px;background:${colour.tint};border:1px solid ${colour.accent};border-radius:14px;`
  const row = `margin:0;padding:12px 0;`
  return {
    body: `margin:0;padding:0;background:${colour.page};-webkit-text-size-adjust:100%;`,
    page: `background:${colour.page};`,
    text: `${font}font-size:16px;line-height:1.55;color:${colour.ink};`,
    dot: `display:inline-block;width:14px;height:14px;margin:0 9px 0 0;border-radius:7px;background:${colour.accent};vertical-align:-1px;`,
    h1: `margin:36px 0 0;${font}font-size:28px;line-height:1.2;font-weight:680;letter-spacing:-0.02em;color:inherit;text-wrap:balance;${wrap}`,
    h2: `margin:36px 0 0;${font}font-size:17px;line-height:1.4;font-weight:640;color:inherit;`,
    lead: `margin:12px 0 0;font-size:17px;color:${colour.soft};`,
    paragraph: 'margin:16px 0 0;',
    soft: `color:${colour.soft};`,
    small: `font-size:14px;color:${colour.soft};`,
    name: 'font-weight:600;',
    link: 'color:inherit;font-weight:600;text-decoration:underline;text-underline-offset:2px;',
    card: `margin:14px 0 0;background:${colour.card};border:1px solid ${colour.line};border-radius:14px;border-collapse:separate;`,
    firstRow: row,
    row: `${row}border-top:1px solid ${colour.line};`,
    buttonCell: `background:${colour.accent};border-radius:10px;`,
    button: `display:inline-block;padding:12px 20px;${font}font-size:16px;line-height:1.4;font-weight:600;color:${colour.onAccent};background:${colour.accent};border-radius:10px;text-decoration:none;`,
    address: `margin:14px 0 0;font-size:14px;line-height:1.5;color:${colour.soft};${wrap}`,
    addressLink: `color:${colour.soft};text-decoration:underline;${wrap}`,
    box,
    boxTitle: `margin:0;${font}font-size:17px;line-height:1.4;font-weight:640;color:inherit;`,
    foot: `${small}padding:20px 0 0;border-top:1px solid ${colour.line};color:${colour.soft};`,
    footLink: `color:${colour.soft};text-decoration:underline;`,
  }
}

/** `!important` because a class must beat the inline style that every other client needs. */
function darkStyle(colour: Palette): string {
  const rules = {
    '.page': `background:${colour.page}`,
    '.ink': `color:${colour.ink}`,
    '.soft': `color:${colour.soft}`,
    '.dot': `background:${colour.accent}`,
    '.card': `background:${colour.card};border-color:${colour.line}`,
    '.row,.foot': `border-color:${colour.line}`,
    '.box': `background:${colour.tint};border-color:${colour.accent}`,
    '.button': `background:${colour.accent};color:${colour.onAccent}`,
  }
  const important = Object.entries(rules).map(
    ([selector, style]) => `${selector}{${style.replaceAll(';', '!important;')}!important}`,
  )
  return `:root{color-scheme:light dark;supported-color-schemes:light dark}@media (prefers-color-scheme:dark){${important.join('')}}`
}
