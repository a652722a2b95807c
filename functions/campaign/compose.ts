import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import { html } from '../../web/shared/html.ts'
import type { Choice } from '../consent/choices.ts'
import type { Recording } from '../consent/decide.ts'
import { inLanguage, type Policy } from '../consent/policy.ts'
import { mintHitId, sharedMessageId } from '../platform/hit-id.ts'
import type { KeySource } from '../platform/keyring.ts'
import { listHeaders } from '../platform/list-headers.ts'
import { fill, fixedValues } from '../platform/mail-template.ts'
import type { MailHeader } from '../platform/mailer.ts'
import { unsubscribeToken } from '../platform/token-bodies.ts'
import { placesOfBlock } from './block-order.ts'
import type { Campaign } from './campaign-record.ts'
import type { FrozenBlock } from './freeze.ts'

/** What of a message is recorded, decided for this person at this moment (TRACK-01). */
export type Recorded = { opens: Recording; clicks: Recording }

export type Letterhead = { policy: Policy; origin: string; keys: KeySource }

export type Addressed = {
  campaignId: string
  campaign: Pick<Campaign, 'topic' | 'links' | 'trap'>
  messageId: string
  contactId: string
  language: string
  choice: Choice
  recorded: Recorded
  /** The mail's tagged blocks, in this person's order. */
  blocks: readonly FrozenBlock[]
}

/** All that is this person's own in a campaign's mail: the values of its places, and the headers. */
export type Composed = { values: Record<string, string>; headers: MailHeader[] }

export async function compose(
  { policy, origin, keys }: Letterhead,
  { campaignId, campaign, messageId, contactId, language, choice, recorded, blocks }: Addressed,
): Promise<Composed> {
  const { topic, links, trap } = campaign
  const token = await unsubscribeToken.mint(keys, { contactId, topic, campaign: campaignId })
  const unsubscribe = `${origin}/u/${token}`
  const hitKeys = await keys('hit')
  const own = mintHitId(hitKeys, { campaignId, messageId })
  const shared = mintHitId(hitKeys, { campaignId, messageId: sharedMessageId })
  // One address for all where nobody is told apart (TRACK-04).
  const hitIds: Record<Recording, string | undefined> = {
    person: own,
    day: own,
    count: shared,
    nothing: undefined,
  }
  const [opens, clicks] = [hitIds[recorded.opens], hitIds[recorded.clicks]]
  const numbered = links.map((target, index): [string, string] => [
    `link${index}`,
    html`${clicks === undefined ? target : `${origin}/c/${clicks}/${index}`}`.toString(),
  ])
  const declared = policy.topics[topic]
  const inBlocks = { ...fixedValues, ...Object.fromEntries(numbered) }
  return {
    values: {
      ...inBlocks,
      // SES fills no place inside a value.
      ...Object.fromEntries(blocks.flatMap((block, n) => filledBlock(block, n, inBlocks))),
      unsubscribe,
      // The token stays in the fragment, which no server sees (SEC-05).
      preferences: `${origin}/preferences/#t=${token}`,
      since: dayInWords(sharedTextsIn(language), choice.at),
      // Only of single persons is it judged who follows a link.
      trap:
        recorded.clicks === 'person' && trap !== undefined
          ? hidden(`${origin}/c/${own}/${links.length}`)
          : '',
      pixel: opens === undefined ? '' : pixel(`${origin}/o/${opens}.gif`),
    },
    headers: listHeaders({
      unsubscribeUrl: unsubscribe,
      name: declared === undefined ? topic : inLanguage(policy, declared.name, ''),
      topic,
      domain: policy.mail.domain,
    }),
  }
}

function filledBlock(
  block: FrozenBlock,
  n: number,
  values: Readonly<Record<string, string>>,
): [string, string][] {
  const { html, text } = placesOfBlock(n)
  return [
    [html, fill(block.html, values)],
    [text, fill(block.text, values)],
  ]
}

/** Seen by what follows every link of a page, by no eye, screen reader or keyboard (TRACK-09). */
const hidden = (url: string): string =>
  html`<a href="${url}" aria-hidden="true" tabindex="-1" style="display:none;mso-hide:all"></a>`.toString()

const pixel = (url: string): string =>
  html`<img src="${url}" alt="" width="1" height="1" style="display:block;border:0">`.toString()
