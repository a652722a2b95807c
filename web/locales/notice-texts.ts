import { noticeEn } from './notice-en.ts'
import { type NoticeTexts, noticeNb } from './notice-nb.ts'

const notices: Readonly<Record<string, NoticeTexts>> = { nb: noticeNb, en: noticeEn }

/** The notice's sentences, apart from the rest so that no other page carries them. */
export function noticeTextsIn(language: string): NoticeTexts {
  return (Object.hasOwn(notices, language) ? notices[language] : undefined) ?? noticeNb
}
