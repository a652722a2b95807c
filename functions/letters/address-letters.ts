import { sharedTextsIn } from '../../web/locales/locales.ts'
import { durationInWords } from '../../web/shared/calendar-day.ts'
import type { Frame, Letter } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

/** Asks a mailbox whether it is really the new one (RIGHT-09); it names neither person nor old address. */
export function addressChangeLetter({ origin, language }: Frame, token: string): Letter {
  const { addressChange: words } = letterTextsIn(language)
  return {
    subject: words.subject,
    title: words.title,
    blocks: [
      { kind: 'lead', text: words.lead },
      { kind: 'text', text: words.you },
      { kind: 'button', label: words.button, url: `${origin}/s/${token}/address` },
      { kind: 'text', text: words.life(durationInWords(sharedTextsIn(language), 7)) },
      { kind: 'text', text: words.notYou },
    ],
    because: words.because,
  }
}

/** Tells the old mailbox, which is the one that would notice a thief (RIGHT-09); not which is the new. */
export function addressChangedLetter({ policy, language }: Frame): Letter {
  const { addressChanged: words } = letterTextsIn(language)
  return {
    subject: words.subject,
    title: words.title,
    blocks: [
      { kind: 'lead', text: words.lead },
      { kind: 'text', text: words.links },
      { kind: 'heading', text: words.notYou },
      { kind: 'text', text: words.notYouText(policy.controller.email) },
    ],
    because: words.because,
  }
}
