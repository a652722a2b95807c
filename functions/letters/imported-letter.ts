import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import type { Choice } from '../consent/choices.ts'
import type { EvidenceKind } from '../consent/import-evidence.ts'
import { inLanguage, type Text } from '../consent/policy.ts'
import { type Frame, type Letter, preferencesUrl } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

export type ImportedTopic = {
  name: Text
  description: Text
  unsubscribeUrl: string
  token: string
  choice: Choice
}
export type Imported = {
  source: string
  evidence: EvidenceKind
  topics: readonly [ImportedTopic, ...ImportedTopic[]]
}

/**
 * To whoever did not give us their address themself: where it is from, what for, and how to stop it, before
 * anything else is mailed (GDPR art. 14, CONS-14).
 */
export function importedLetter(frame: Frame, { source, evidence, topics }: Imported): Letter {
  const { policy, origin, language } = frame
  const { imported: words } = letterTextsIn(language)
  const texts = sharedTextsIn(language)
  const { name: company } = policy.controller
  const [first] = topics
  const choicesUrl = preferencesUrl(origin, first.token)
  const inWords = (text: Text): string => inLanguage(policy, text, language)
  return {
    subject: words.subject(company),
    title: words.title,
    blocks: [
      { kind: 'lead', text: words.lead(company, source) },
      { kind: 'text', text: words.evidence[evidence](dayInWords(texts, first.choice.at)) },
      {
        kind: 'list',
        items: topics.map((topic) => ({
          name: inWords(topic.name),
          text: inWords(topic.description),
        })),
      },
      ...topics.map(({ name, unsubscribeUrl }, index) => ({
        kind: 'link' as const,
        before: words.stopBefore,
        label: words.stop(inWords(name)),
        url: unsubscribeUrl,
        ...(index === topics.length - 1 ? { after: words.stopAfter } : {}),
      })),
      { kind: 'text', text: words.rights },
      { kind: 'button', label: words.button, url: choicesUrl },
      { kind: 'box', ...texts.object, label: texts.object.link, url: choicesUrl },
    ],
    because: words.because,
  }
}
