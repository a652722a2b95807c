import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import type { Choice } from '../consent/choices.ts'
import { inLanguage, type Topic } from '../consent/policy.ts'
import { type Frame, type Letter, preferencesUrl } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

export type Welcome = { topic: Topic; choice: Choice; unsubscribeUrl: string; token: string }

/**
 * The first mail of a topic: what comes from now on, how to stop it in one press (UNSUB-16), and the
 * right to object, in words of its own (TRACK-12).
 */
export function welcomeLetter(frame: Frame, welcome: Welcome): Letter {
  const { policy, origin, language } = frame
  const { topic, choice, unsubscribeUrl, token } = welcome
  const { welcome: words } = letterTextsIn(language)
  const texts = sharedTextsIn(language)
  const name = inLanguage(policy, topic.name, language)
  const choicesUrl = preferencesUrl(origin, token)
  return {
    subject: words.subject(name),
    title: words.title(name),
    blocks: [
      { kind: 'lead', text: words.lead },
      { kind: 'list', items: [{ name, text: inLanguage(policy, topic.description, language) }] },
      {
        kind: 'link',
        before: words.stopBefore,
        label: words.stop(name),
        url: unsubscribeUrl,
        after: words.stopAfter,
      },
      { kind: 'text', text: words.change },
      { kind: 'button', label: words.button, url: choicesUrl },
      { kind: 'box', ...texts.object, label: texts.object.link, url: choicesUrl },
    ],
    because: words.because(name, dayInWords(texts, choice.at)),
  }
}
