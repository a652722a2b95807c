import { html } from '../../web/shared/html.ts'
import type { Policy } from '../consent/policy.ts'
import { mailLimits } from '../platform/mail-limits.ts'
import type { Campaign } from './campaign-record.ts'
import type { Frozen, FrozenMail } from './freeze.ts'
import type { BlockProblem } from './link-place.ts'
import type { DomainProblem } from './sending-domain.ts'

export type StartProblem =
  | BlockProblem
  | DomainProblem
  | 'topic-undeclared'
  | 'language-missing'
  | 'subject-missing'
  | 'mail-too-large'

/** Above this Gmail cuts a mail off, and the unsubscribe link with it. */
const mostBytes = 102 * 1024
/** Of a text part, braces and all: a mail has to fit into one item. */
const mostTextBytes = 200 * 1024
/** Room for the values of one person: addresses of links that lead through us, or on by themselves, and the pixel. */
const bytesOfOneLink = 120
const bytesOfOnePerson = 1024

/**
 * What has to be put right before a campaign may start. The way to unsubscribe is not among it: no mail
 * can be drawn without (UNSUB-16).
 */
export function startProblems(policy: Policy, campaign: Campaign, frozen: Frozen): StartProblem[] {
  const { topic, variants } = campaign
  const [fallback = ''] = policy.languages
  const large = frozen.mails.some((mail) => isTooLarge(mail, frozen.links))
  return [
    ...(policy.topics[topic] === undefined ? (['topic-undeclared'] as const) : []),
    // Whoever reads another language is written to in the first.
    ...(variants[fallback] === undefined ? (['language-missing'] as const) : []),
    ...(frozen.mails.some(({ subject }) => subject === '') ? (['subject-missing'] as const) : []),
    ...(large ? (['mail-too-large'] as const) : []),
    ...frozen.problems,
  ]
}

/** For whoever gets the longest: SES takes no more values for one person either, and moving blocks are such. */
function isTooLarge({ html: mail, text, blocks }: FrozenMail, links: readonly string[]): boolean {
  if (Buffer.byteLength(text) > mostTextBytes) return true
  const longest = links.map((target) => html`${target}`.toString().padEnd(bytesOfOneLink))
  const drawn = (template: string): string =>
    template.replace(/\{\{link(\d+)\}\}/g, (_, n: string) => longest[Number(n)] ?? '')
  const moving = blocks.map((block) => ({ html: drawn(block.html), text: block.text }))
  const size = Buffer.byteLength([drawn(mail), ...moving.map((block) => block.html)].join(''))
  const values = JSON.stringify([longest, moving]).length
  return size + bytesOfOnePerson > mostBytes || values + bytesOfOnePerson > mailLimits.templateData
}
