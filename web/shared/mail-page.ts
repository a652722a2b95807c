import { type Fragment, type Html, html, inlineStyle } from './html.ts'
import { darkStyle, type styles } from './mail-style.ts'
import type { Palette } from './theme.ts'

/**
 * The frame of a mail that mail clients agree on: one column in a table, every style inline, and the
 * dark colours in one style element for clients that keep it. No script, nothing fetched by itself.
 */
export function mailPage(mail: {
  language: string
  subject: string
  mark: string
  style: ReturnType<typeof styles>
  dark: Palette
  content: Fragment
}): Html {
  const { style } = mail
  return html`<!doctype html>
<html lang="${mail.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${mail.subject}</title>
${inlineStyle(darkStyle(mail.dark))}
</head>
<body class="page" style="${style.body}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="${style.page}"><tr><td align="center" style="padding:28px 20px 48px">
<!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;text-align:left"><tr><td class="ink" style="${style.text}">
<p style="margin:0;font-weight:600"><span class="dot" style="${style.dot}"></span>${mail.mark}</p>
${mail.content}
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`
}
