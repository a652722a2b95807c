import { parseHTML } from 'linkedom'
import { simpleParser } from 'mailparser'

/** A mail as it was delivered. */
export type DeliveredMail = {
  raw: Buffer
  /** Each header line, in its order, unfolded: the name in small letters, and the value. */
  headers: readonly { name: string; value: string; longest: number }[]
  /** The domain of its From; empty without one. */
  fromDomain: string
  html: string
  text: string
  images: readonly { source: URL; unseen: boolean }[]
}

export async function readMail(raw: Buffer): Promise<DeliveredMail> {
  const { headerLines, from, html, text = '' } = await simpleParser(raw, { skipHtmlToText: true })
  const markup = html === undefined || html === false ? '' : html
  return {
    raw,
    headers: headerLines.map(({ key, line }) => ({
      name: key,
      value: line
        .slice(line.indexOf(':') + 1)
        .replace(/\r?\n(?=[ \t])/g, '')
        .trim(),
      longest: Math.max(...line.split(/\r?\n/).map((each) => Buffer.byteLength(each))),
    })),
    fromDomain: from?.value[0]?.address?.split('@').at(-1)?.toLowerCase() ?? '',
    html: markup,
    text,
    images: imagesIn(markup),
  }
}

function imagesIn(markup: string): DeliveredMail['images'] {
  const { document } = parseHTML(`<!doctype html><html><body>${markup}</body></html>`)
  return [...document.querySelectorAll('img')].flatMap((image) => {
    const source = image.getAttribute('src') ?? ''
    if (!URL.canParse(source)) return []
    const tiny = ['width', 'height'].some((side) =>
      /^[01](px)?$/.test(image.getAttribute(side) ?? ''),
    )
    const style = image.getAttribute('style') ?? ''
    const hidden = /display\s*:\s*none|visibility\s*:\s*hidden|(width|height)\s*:\s*[01]px/i.test(
      style,
    )
    return [{ source: new URL(source), unseen: tiny || hidden }]
  })
}
