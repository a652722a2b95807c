import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import type { Frame, Letter } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

/** Where to fetch the copy, and until when: it says nothing of what is in it (RIGHT-08). */
export function copyLetter(
  { origin, language }: Frame,
  { token, expires }: { token: string; expires: Date },
): Letter {
  const { copy: words } = letterTextsIn(language)
  const at = expires.toISOString()
  const until = `${dayInWords(sharedTextsIn(language), at)} ${at.slice(11, 16)} UTC`
  return {
    subject: words.subject,
    title: words.title,
    blocks: [
      { kind: 'lead', text: words.lead },
      { kind: 'button', label: words.button, url: `${origin}/d/${token}` },
      { kind: 'text', text: words.life(until) },
      { kind: 'text', text: words.keep },
      { kind: 'text', text: words.notYou },
    ],
    because: words.because,
  }
}
