import type { Palette } from './theme.ts'

const font =
  "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif;"

/** One style a kind of element, in light colours: mail clients keep little but inline styles. */
export function styles(colour: Palette) {
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

/** The dark colours by class. `!important` because a class must beat the inline style that every other client needs. */
export function darkStyle(colour: Palette): string {
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
