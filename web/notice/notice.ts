import type { Texts } from '../locales/nb.ts'
import type { NoticeTexts } from '../locales/notice-nb.ts'
import type { NoticePolicy } from './notice-policy.ts'

/** What each part of the notice is told. */
export type Notice = {
  readonly policy: NoticePolicy
  readonly language: string
  readonly texts: Texts
  readonly words: NoticeTexts
}
