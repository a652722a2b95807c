import { type Frame, type Letter, preferencesUrl } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

/** The way in to one's choices and data: only whoever reads the mailbox gets it (RIGHT-05). */
export function manageLetter({ origin, language }: Frame, token: string): Letter {
  const { manage: words } = letterTextsIn(language)
  return {
    subject: words.subject,
    title: words.title,
    blocks: [
      { kind: 'lead', text: words.lead },
      { kind: 'button', label: words.button, url: preferencesUrl(origin, token) },
      { kind: 'text', text: words.life },
      { kind: 'text', text: words.keep },
      { kind: 'text', text: words.notYou },
    ],
    because: words.because,
  }
}
