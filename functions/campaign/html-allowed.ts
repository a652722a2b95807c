/**
 * What a block of HTML may be made of: elements, attributes and styles that mail clients show, and none that run,
 * load, send or hide anything, or reach out of the block (SEC-11).
 */
type Check = (value: string) => boolean

const like =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value)
const any: Check = () => true
const length = like(/^\d{1,3}(?:px|%)?$/i)
const few = like(/^\d{1,2}$/)

const everywhere: Readonly<Record<string, Check>> = {
  style: isPlainStyle,
  title: any,
  align: like(/^(?:left|right|center|justify)$/i),
  valign: like(/^(?:top|middle|bottom|baseline)$/i),
  bgcolor: like(/^(?:#[\da-f]{3,6}|[a-z]{3,20})$/i),
  width: length,
  height: length,
  role: like(/^(?:presentation|none)$/),
  dir: like(/^(?:ltr|rtl|auto)$/i),
  lang: like(/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i),
}
const cell = { colspan: few, rowspan: few }
const own: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  a: { href: any },
  img: { src: any, alt: any, border: few },
  table: { cellpadding: few, cellspacing: few, border: few },
  td: cell,
  th: cell,
}

const elements = new Set(
  'p h1 h2 h3 h4 ul ol li blockquote strong b em i u s code pre br hr a img table thead tbody tr td th div span sup sub'.split(
    ' ',
  ),
)
const empty = new Set(['br', 'hr', 'img'])

/** What stands right in these. Anything else a mail client would move out, and break the frame with what is left. */
const parts = new Map([
  ['table', ['thead', 'tbody', 'tr']],
  ['thead', ['tr']],
  ['tbody', ['tr']],
  ['tr', ['td', 'th']],
])
const isPart = new Set([...parts.values()].flat())

/** Mail clients give up on trees that are much deeper, each in its own way. */
const deepest = 40

export const isEmpty = (element: string): boolean => empty.has(element)

/** @param within the elements in which it stands, the innermost last. */
export function mayStand(element: string, within: readonly string[]): boolean {
  if (!elements.has(element) || within.length >= deepest) return false
  // A second link would end the first.
  if (element === 'a' && within.includes('a')) return false
  const among = parts.get(within.at(-1) ?? '')
  return among === undefined ? !isPart.has(element) : among.includes(element)
}

/** Whether text may stand right in it, not only in what it holds. */
export const mayHoldText = (element: string | undefined): boolean => !parts.has(element ?? '')

export function mayHave(element: string, attribute: string, value: string): boolean {
  const checks = { ...everywhere, ...own[element] }
  return Object.hasOwn(checks, attribute) && checks[attribute]?.(value) === true
}

const properties =
  /^(?:color|background(?:-color)?|font(?:-(?:family|size|style|weight|variant))?|line-height|letter-spacing|text-(?:align|decoration|transform|indent)|vertical-align|(?:margin|padding)(?:-(?:top|right|bottom|left))?|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:radius|collapse|spacing)|(?:max-|min-)?width|(?:max-)?height|display|list-style-type|word-break|overflow-wrap)$/

/** Words, colours and lengths: nothing that loads or computes, no escape, and no length below nought or of a page. */
const pieces = /'[^']*'|"[^"]*"|[a-z]+\([^)]*\)|[^\s,]+/gi
const number = String.raw`(?:\d{1,3}(?:\.\d{1,4})?|\.\d{1,4})(?:px|pt|em|rem|%)?`
const plain = new RegExp(
  String.raw`^(?:[a-z][a-z-]*|#[\da-f]{3,8}|${number}(?:/${number})?|'[\w -]*'|"[\w -]*"|(?:rgb|hsl)a?\([\d\s.,%/]*\))$`,
  'i',
)

function isPlainStyle(style: string): boolean {
  return style.split(';').every((declaration) => {
    if (declaration.trim() === '') return true
    const [property = '', value = '', ...more] = declaration.toLowerCase().split(':')
    return more.length === 0 && mayDeclare(property.trim(), value.trim())
  })
}

function mayDeclare(property: string, value: string): boolean {
  if (property === 'display') return /^(?:block|inline|inline-block)$/.test(value)
  return properties.test(property) && (value.match(pieces) ?? []).every((each) => plain.test(each))
}
