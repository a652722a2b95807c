import { copyTextsIn } from '../locales/copy-texts.ts'
import { sharedTextsIn } from '../locales/locales.ts'
import { durationInWords } from '../shared/calendar-day.ts'
import { type Html, html } from '../shared/html.ts'
import { page, pathIn, type Reader } from '../shared/page.ts'
import { type Offer, type PublicPolicy, type Text, textIn } from '../shared/public-policy.ts'

/** Everything that the copy says of the policy itself. */
export type CopyReader = Omit<Reader, 'policy'> & {
  readonly policy: PublicPolicy & {
    readonly retention: Readonly<Record<string, number | null>>
    readonly profile: {
      readonly interests: Readonly<Record<string, { readonly name: Text }>>
      readonly points: { readonly click: number }
      readonly halfLifeDays: number
      readonly callFrom: number
    }
  }
}

/** One thing that is held: what it is called, and what is known of it. */
export type CopyEntry = {
  readonly title: string
  readonly lines: readonly (readonly [label: string, texts: readonly string[]])[]
}
export type CopyHeading = {
  readonly title: string
  readonly text: string
  readonly art20: boolean
  readonly continued: boolean
}

// A page is made whole and then cut here: what lies between is written piece by piece.
const cut = '\u0000'

/** The beginning and the end of every part of the page. */
export function copyFrame({ policy, language }: Reader): { before: string; after: string } {
  const { title } = copyTextsIn(language)
  const [before = '', after = ''] = page({ policy, language, title, main: html`${cut}` }).split(cut)
  return { before, after }
}

/** For whom it is, from when, and that it is gone tomorrow. */
export function copyIntroduction(language: string, address: string, day: string): string {
  const texts = copyTextsIn(language)
  return html`<h1>${texts.title}</h1>
<p class="lead">${texts.lead(address, day)} ${texts.keep}</p>
<p class="apart">${texts.forYou}</p>`.toString()
}

export function copySectionBegin(language: string, heading: CopyHeading): string {
  const texts = copyTextsIn(language)
  const { title, text, art20, continued } = heading
  // Cut before the list's end, which comes after its rows.
  return html`<section><h2>${title}${continued && ` (${texts.continued})`}</h2>
<p class="soft">${text}</p>${art20 && html`<p class="small soft">${texts.art20}</p>`}<ul class="card">`.toString()
}

export function copyEntry({ title, lines }: CopyEntry): string {
  return html`
<li class="row"><div><h3>${title}</h3><dl>${lines.map(
    ([label, texts]) => html`<dt>${label}</dt>${texts.map((text) => html`<dd>${text}</dd>`)}`,
  )}</dl></div></li>`.toString()
}

export function copySectionEnd(): string {
  return html`</ul></section>`.toString()
}

export function copyNothing(language: string): string {
  return html`<li class="row"><p>${copyTextsIn(language).nothing}</p></li>`.toString()
}

export function copyNextPart(language: string, file: string): string {
  return html`<p class="actions"><a class="button" href="?file=${file}">${copyTextsIn(language).next}</a></p>`.toString()
}

export type CopyFileLink = { readonly label: string; readonly file: string }

/** What the law wants said with the data, and the same data for programs. */
export function copyClosing(reader: CopyReader, files: readonly CopyFileLink[]): string {
  const { policy, language } = reader
  const { source, logic } = copyTextsIn(language)
  const { profile } = policy
  const interests = Object.values(profile.interests).map(({ name }) =>
    textIn(policy, name, language),
  )
  return html`${why(reader)}
<section><h2>${source.title}</h2><p>${source.text}</p></section>
<section><h2>${logic.title}</h2><p>${interests.length === 0 ? logic.none : logic.text({ ...profile, interests })}</p></section>
${keeping(reader)}
${rights(reader)}
${takeAlong(language, files)}`.toString()
}

function why({ policy, language }: CopyReader): Html {
  const { why: words } = copyTextsIn(language)
  const bases: Readonly<Record<string, string>> = words.basis
  const offers: readonly Offer[] = [
    ...Object.values(policy.topics),
    ...Object.values(policy.purposes),
  ]
  return html`<section><h2>${words.title}</h2><ul class="card">${offers.map(
    ({
      name,
      description,
      basis,
    }) => html`<li class="row"><div><h3>${textIn(policy, name, language)}</h3>
<p>${textIn(policy, description, language)}</p><p class="small">${bases[basis]}</p></div></li>`,
  )}</ul></section>`
}

function keeping({ policy, language }: CopyReader): Html {
  const { retention: words } = copyTextsIn(language)
  const kinds: Readonly<Record<string, string>> = words.kinds
  const texts = sharedTextsIn(language)
  return html`<section><h2>${words.title}</h2><ul class="card">${Object.entries(
    policy.retention,
  ).map(
    ([kind, days]) => html`<li class="row wrap"><span>${kinds[kind] ?? kind}</span>
<span class="state">${days === null ? words.always : durationInWords(texts, days)}</span></li>`,
  )}</ul></section>`
}

function rights({ policy, language }: CopyReader): Html {
  const { rights: words } = copyTextsIn(language)
  const { page: shared } = sharedTextsIn(language)
  const { controller, authority } = policy
  return html`<section><h2>${words.title}</h2>
<p>${words.text} <a href="mailto:${controller.email}">${controller.email}</a></p>
<p>${words.complain} <a href="${authority.website}">${textIn(policy, authority.name, language)}</a>.</p>
<p class="actions"><a class="button" href="${pathIn(policy, language, '/preferences/')}">${shared.toPreferences}</a></p></section>`
}

function takeAlong(language: string, links: readonly CopyFileLink[]): Html {
  const { files: words } = copyTextsIn(language)
  return html`<section><h2>${words.title}</h2><p class="soft">${words.text}</p><ul class="card">${links.map(
    ({ label, file }) =>
      html`<li class="row"><a href="?file=${file}" download="${file}">${label}</a></li>`,
  )}</ul></section>`
}

/** A token that is over, or of someone who is gone: one answer, which says nothing of either. */
export function copyGonePage({ policy, language }: Reader): string {
  const { gone } = copyTextsIn(language)
  const { page: shared } = sharedTextsIn(language)
  const main = html`<h1>${gone.title}</h1>
<p class="lead">${gone.lead}</p>
<section><p>${gone.text}</p>
<p class="actions"><a class="button" href="${pathIn(policy, language, '/preferences/')}">${shared.toPreferences}</a></p></section>`
  return page({ policy, language, title: gone.title, main })
}
