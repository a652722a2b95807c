import { textsIn } from '../locales/locales.ts'
import type { Texts } from '../locales/nb.ts'
import { dayInWords } from './calendar-day.ts'
import { type Html, html, inlineStyle } from './html.ts'
import { type PublicPolicy, textIn } from './public-policy.ts'
import { styleSheet } from './style.ts'

/** Who is reading, under which policy: what every page is told. */
export type Reader = { readonly policy: PublicPolicy; readonly language: string }

export type LanguageLink = { readonly language: string; readonly href: string }

export type Frame = Reader & {
  readonly main: Html
  /** Where the same page is found in every language, this one included; none for answers to a form. */
  readonly languages?: readonly LanguageLink[]
}

export type PageParts = Frame & {
  readonly title: string
  /** Search engines may list the page; they may not list anything behind a link (SEC-06). */
  readonly listed?: boolean
  /** Static pages load these from our own origin; without them the style is inlined. */
  readonly assets?: { readonly style: string; readonly script?: string }
}

/** A whole document in the one design. */
export function page(parts: PageParts): string {
  const { policy, language, title, assets } = parts
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${!parts.listed && html`<meta name="robots" content="noindex">`}
<title>${documentTitle(policy, title)}</title>
<link rel="icon" href="/mark.svg" type="image/svg+xml">
${assets ? html`<link rel="stylesheet" href="${assets.style}">` : inlineStyle(styleSheet(policy.branding))}
${assets?.script !== undefined && html`<script type="module" src="${assets.script}"></script>`}
</head>
<body>
<div class="page">
${frame(parts)}
</div>
</body>
</html>
`.toString()
}

export function documentTitle({ branding }: PublicPolicy, title: string): string {
  return `${title} · ${branding.mark}`
}

/** What a reader sees: header with mark and languages, main, footer (RIGHT-14). */
export function frame(parts: Frame): Html {
  const texts = textsIn(parts.language)
  return html`<header><p class="mark">${parts.policy.branding.mark}</p>${languageSwitch(parts, texts)}</header>
<main id="main">${parts.main}</main>
${footer(parts, texts)}`
}

function languageSwitch({ languages = [], language }: Frame, texts: Texts): Html | undefined {
  if (languages.length < 2) return undefined
  return html`<nav aria-label="${texts.page.languages}">${languages.map(
    (link) =>
      html`<a href="${link.href}" hreflang="${link.language}" lang="${link.language}"${
        link.language === language && html` aria-current="true"`
      }>${textsIn(link.language).page.name}</a>`,
  )}</nav>`
}

/** Where a static page is read in a language: the default one has no prefix. */
export function pathIn(policy: PublicPolicy, language: string, path: string): string {
  return language === policy.languages[0] ? path : `/${language}${path}`
}

function footer({ policy, language }: Reader, texts: Texts): Html {
  const { controller, authority, notice } = policy
  return html`<footer id="footer">
<p>${controller.name}, ${controller.address} · <a href="mailto:${controller.email}">${controller.email}</a></p>
<p><a href="${pathIn(policy, language, '/notice/')}">${texts.page.notice(
    notice.version,
    dayInWords(texts, notice.date),
  )}</a></p>
<p>${texts.page.complain} <a href="${authority.website}">${textIn(policy, authority.name, language)}</a></p>
</footer>`
}
