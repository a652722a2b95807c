import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import { html } from '../../web/shared/html.ts'
import type { Choice } from '../consent/choices.ts'
import { inLanguage, type Policy } from '../consent/policy.ts'
import { mintHitId } from '../platform/hit-id.ts'
import type { KeySource } from '../platform/keyring.ts'
import { listHeaders } from '../platform/list-headers.ts'
import { fixedValues } from '../platform/mail-template.ts'
import type { MailHeader } from '../platform/mailer.ts'
import { unsubscribeToken } from '../platform/token-bodies.ts'
import type { Campaign } from './campaign-record.ts'

/** What of a message is recorded, decided for this person at this moment (TRACK-01). */
export type Counted = { opens: boolean; clicks: boolean }

export type Letterhead = { policy: Policy; origin: string; keys: KeySource }

export type Addressed = {
  campaignId: string
  campaign: Pick<Campaign, 'topic' | 'links'>
  messageId: string
  contactId: string
  language: string
  choice: Choice
  counted: Counted
}

/** All that is this person's own in a campaign's mail: the values of its places, and the headers. */
export type Composed = { values: Record<string, string>; headers: MailHeader[] }

export async function compose(
  { policy, origin, keys }: Letterhead,
  { campaignId, campaign, messageId, contactId, language, choice, counted }: Addressed,
): Promise<Composed> {
  const { topic, links } = campaign
  const token = await unsubscribeToken.mint(keys, { contactId, topic, campaign: campaignId })
  const unsubscribe = `${origin}/u/${token}`
  const hit = mintHitId(await keys('hit'), { campaignId, messageId })
  const numbered = links.map((target, index): [string, string] => [
    `link${index}`,
    html`${counted.clicks ? `${origin}/c/${hit}/${index}` : target}`.toString(),
  ])
  const declared = policy.topics[topic]
  return {
    values: {
      ...fixedValues,
      ...Object.fromEntries(numbered),
      unsubscribe,
      // The token stays in the fragment, which no server sees (SEC-05).
      preferences: `${origin}/preferences/#t=${token}`,
      since: dayInWords(sharedTextsIn(language), choice.at),
      pixel: counted.opens ? pixel(`${origin}/o/${hit}.gif`) : '',
    },
    headers: listHeaders({
      unsubscribeUrl: unsubscribe,
      name: declared === undefined ? topic : inLanguage(policy, declared.name, ''),
      topic,
      domain: policy.mail.domain,
    }),
  }
}

const pixel = (url: string): string =>
  html`<img src="${url}" alt="" width="1" height="1" style="display:block;border:0">`.toString()
