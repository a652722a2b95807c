import { sharedTextsIn } from '../../web/locales/locales.ts'
import { durationInWords } from '../../web/shared/calendar-day.ts'
import type { Frame, Letter } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

/**
 * Asks whether the address' owner meant it (CONS-01). It holds nothing of what the form held, not
 * even what was chosen, so that nobody can write to a stranger through us (SEC-11): the page behind
 * the link lists it.
 */
export function confirmLetter({ policy, origin, language }: Frame, token: string): Letter {
  const { confirm: words } = letterTextsIn(language)
  const life = durationInWords(sharedTextsIn(language), policy.retention.signUp)
  return {
    subject: words.subject,
    title: words.title,
    blocks: [
      { kind: 'lead', text: words.lead },
      { kind: 'text', text: words.you },
      { kind: 'button', label: words.button, url: `${origin}/s/${token}` },
      { kind: 'text', text: words.life(life) },
      { kind: 'text', text: words.notYou },
    ],
    because: words.because,
  }
}
