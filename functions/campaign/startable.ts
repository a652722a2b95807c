import type { Policy } from '../consent/policy.ts'
import type { Campaign } from './campaign-record.ts'
import type { Frozen } from './freeze.ts'
import type { MarkdownProblem } from './markdown.ts'
import type { DomainProblem } from './sending-domain.ts'

export type StartProblem =
  | MarkdownProblem
  | DomainProblem
  | 'topic-undeclared'
  | 'language-missing'
  | 'subject-missing'
  | 'mail-too-large'

/** Above this Gmail cuts a mail off, and the unsubscribe link with it. */
const mostBytes = 102 * 1024
/** Room for the values of one person: addresses of links that lead through us, and the pixel. */
const bytesOfOneLink = 120
const bytesOfOnePerson = 1024

/**
 * What has to be put right before a campaign may start. The way to unsubscribe is not among it: no mail
 * can be drawn without (UNSUB-16).
 */
export function startProblems(policy: Policy, campaign: Campaign, frozen: Frozen): StartProblem[] {
  const { topic, variants } = campaign
  const [fallback = ''] = policy.languages
  const links = frozen.mails.map(({ html }) => html.split('{{link').length - 1)
  const large = frozen.mails.some(
    ({ html }, index) =>
      Buffer.byteLength(html) + (links[index] ?? 0) * bytesOfOneLink + bytesOfOnePerson > mostBytes,
  )
  return [
    ...(policy.topics[topic] === undefined ? (['topic-undeclared'] as const) : []),
    // Whoever reads another language is written to in the first.
    ...(variants[fallback] === undefined ? (['language-missing'] as const) : []),
    ...(frozen.mails.some(({ subject }) => subject === '') ? (['subject-missing'] as const) : []),
    ...(large ? (['mail-too-large'] as const) : []),
    ...frozen.problems,
  ]
}
