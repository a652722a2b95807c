import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import { pathIn } from '../../web/shared/page.ts'
import type { Frame, Letter } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

export type LetterFooter = {
  because: string
  sender: string
  writeTo: string
  email: string
  notice: { label: string; url: string }
}

/** Under every letter: why it came, from whom, where they are, how to answer (SEND-07). */
export function letterFooter({ policy, origin, language }: Frame, letter: Letter): LetterFooter {
  const { footer: words } = letterTextsIn(language)
  const texts = sharedTextsIn(language)
  const { name, registration, address, country, email } = policy.controller
  const { version, date } = policy.notice
  return {
    because: letter.because,
    sender: `${words.from} ${name} (${registration}), ${address}, ${country}.`,
    writeTo: words.writeTo,
    email,
    notice: {
      label: texts.page.notice(version, dayInWords(texts, date)),
      url: `${origin}${pathIn(policy, language, '/notice/')}`,
    },
  }
}
