import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import { type Html, html } from '../../web/shared/html.ts'
import { mailPage } from '../../web/shared/mail-page.ts'
import { styles } from '../../web/shared/mail-style.ts'
import { pathIn } from '../../web/shared/page.ts'
import { theme } from '../../web/shared/theme.ts'
import { inLanguage, type Policy } from '../consent/policy.ts'
import { htmlTemplate, place, textTemplate, withoutPlaces } from '../platform/mail-template.ts'
import { oneLine } from '../platform/one-line.ts'
import { drawBlock } from './block.ts'
import { hasOrder, placesOfBlock } from './block-order.ts'
import type { Campaign, WrittenBlock } from './campaign-record.ts'
import { campaignTextsIn } from './campaign-texts.ts'
import type { BlockProblem, Gathered } from './link-place.ts'
import { checkText, hasWords } from './own-text.ts'

/** A block as two templates of its own, since it does not stand in the same place for everybody. */
export type FrozenBlock = { interests: readonly string[]; html: string; text: string }
/** One language's mail as templates: what everybody gets alike, with places for what differs. */
export type FrozenMail = {
  language: string
  subject: string
  html: string
  text: string
  /** The tagged blocks, as written, where there is an order to choose; else they stand in the mail itself. */
  blocks: readonly FrozenBlock[]
}
export type Frozen = {
  links: string[]
  /** What each link tells of, by its number; those that tell nothing are left out. */
  interests: Record<string, string[]>
  mails: FrozenMail[]
  problems: BlockProblem[]
}

/** Where the mails lead: the service's own origin. */
export type Press = { policy: Policy; origin: string }

/** Draws a campaign's mails, in all its languages, for the last time before it starts. */
export function freeze(press: Press, { topic, variants }: Campaign): Frozen {
  const gathered: Gathered = { links: [], problems: new Set() }
  const told = new Map<number, Set<string>>()
  const mails = Object.entries(variants).map(([language, { subject, blocks, text }]) => {
    const written = blocks.map((block) => ({
      block,
      stands: (link: number) => {
        const { interests = [] } = block
        if (interests.length > 0) told.set(link, new Set([...(told.get(link) ?? []), ...interests]))
      },
    }))
    const line = oneLine(withoutPlaces(subject))
    return drawMail(press, { topic, language, subject: line, written, text }, gathered)
  })
  const interests = Object.fromEntries([...told].map(([link, ids]) => [String(link), [...ids]]))
  return { links: gathered.links, interests, mails, problems: [...gathered.problems].sort() }
}

type Written = {
  topic: string
  language: string
  subject: string
  written: readonly { block: WrittenBlock; stands: (link: number) => void }[]
  /** The author's own text part. */
  text: string | undefined
}

function drawMail(press: Press, mail: Written, gathered: Gathered): FrozenMail {
  const { light, dark } = theme(press.policy.branding.accent)
  const style = styles(light)
  const footer = footerOf(press, mail)
  const drawn = mail.written.map(({ block, stands }) => ({
    interests: block.interests ?? [],
    ...drawBlock(block, style, { ...gathered, stands }),
  }))
  const own = mail.text === undefined ? undefined : withoutPlaces(mail.text).trim()
  if (own !== undefined) checkText(own, gathered)
  const said = own === undefined ? drawn.map(({ text }) => text) : [own]
  if (!said.some(hasWords)) gathered.problems.add('text-missing')
  const tagged = drawn.filter(({ interests }) => interests.length > 0)
  const moving = hasOrder(tagged) ? tagged : []
  const standing = drawn.map((block) => {
    const at = moving.indexOf(block)
    if (at < 0) return block
    const places = placesOfBlock(at)
    return { html: place(places.html), text: place(places.text) }
  })
  const content = [
    standing.map((block) => block.html),
    footerHtml(footer, style),
    place('trap'),
    place('pixel'),
  ]
  const { language, subject } = mail
  const mark = press.policy.branding.mark
  return {
    language,
    subject: textTemplate(subject),
    html: htmlTemplate(mailPage({ language, subject, mark, style, dark, content }).toString()),
    text: textTemplate(
      [
        mark,
        ...(own === undefined ? standing.map((block) => block.text) : [own]),
        '-'.repeat(30),
        ...footerText(footer),
      ].join('\n\n'),
    ),
    blocks: moving.map(({ interests, ...block }) => ({
      interests,
      html: htmlTemplate(block.html.toString()),
      // The author's own text part is the same for everybody.
      text: own === undefined ? textTemplate(block.text) : '',
    })),
  }
}

type Footer = ReturnType<typeof footerOf>

/**
 * Under every marketing mail: who sends it and that it is marketing, why it came, how to stop it in
 * one press, the choices and the notice (SEND-07, UNSUB-16). None of these links is ever counted
 * (UNSUB-11).
 */
function footerOf({ policy, origin }: Press, { topic, language }: Written) {
  const words = campaignTextsIn(language)
  const texts = sharedTextsIn(language)
  const { name, registration, address, country } = policy.controller
  const declared = policy.topics[topic]
  const topicName = declared === undefined ? topic : inLanguage(policy, declared.name, language)
  const because = declared?.basis === 'existing_customer' ? words.customer : words.consent
  const { version, date } = policy.notice
  return {
    sender: `${words.marketing} ${name} (${registration}), ${address}, ${country}.`,
    because: because(topicName, place('since')),
    replyTo: words.replyTo,
    email: policy.mail.replyTo,
    stop: { label: words.stop(topicName), url: place('unsubscribe') },
    choices: { label: words.choices, url: place('preferences') },
    notice: {
      label: texts.page.notice(version, dayInWords(texts, date)),
      url: `${origin}${pathIn(policy, language, '/notice/')}`,
    },
  }
}

function footerHtml(footer: Footer, style: ReturnType<typeof styles>): Html {
  const { sender, because, replyTo, email, stop, choices, notice } = footer
  const link = ({ label, url }: { label: string; url: string }): Html =>
    html`<a class="soft" href="${url}" style="${style.footLink}">${label}</a>`
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:44px 0 0"><tr><td class="foot soft" style="${style.foot}">
<p style="margin:0">${because}</p>
<p style="margin:12px 0 0;font-size:16px">${link(stop)}</p>
<p style="margin:12px 0 0">${link(choices)}</p>
<p style="margin:12px 0 0">${sender}<br>${replyTo} <a class="soft" href="mailto:${email}" style="${style.footLink}">${email}</a></p>
<p style="margin:12px 0 0">${link(notice)}</p>
</td></tr></table>`
}

function footerText({ sender, because, replyTo, email, stop, choices, notice }: Footer): string[] {
  return [
    because,
    ...[stop, choices].map(({ label, url }) => `${label}:\n${url}`),
    sender,
    `${replyTo} ${email}`,
    `${notice.label}: ${notice.url}\n`,
  ]
}
