import { sharedTextsIn } from '../../web/locales/locales.ts'
import { durationInWords } from '../../web/shared/calendar-day.ts'
import { inLanguage } from '../consent/policy.ts'
import type { Frame, Letter } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

/** What went, what stays, why and for how long, and where to complain (RIGHT-12). */
export function erasedLetter({ policy, language }: Frame): Letter {
  const { erased: words } = letterTextsIn(language)
  const texts = sharedTextsIn(language)
  const { erasure } = texts
  const { objection, evidence } = policy.retention
  const hashFor =
    objection === null
      ? erasure.staysHashAlways
      : erasure.staysHashFor(durationInWords(texts, objection))
  return {
    subject: words.subject,
    title: words.title,
    blocks: [
      { kind: 'lead', text: words.lead },
      { kind: 'text', text: words.last },
      { kind: 'heading', text: words.goes },
      { kind: 'list', items: erasure.goesList.map((text) => ({ text })) },
      { kind: 'soft', text: words.backups },
      { kind: 'heading', text: erasure.stays },
      {
        kind: 'list',
        items: [
          { name: erasure.staysHash, text: `${erasure.staysHashText} ${hashFor}` },
          { name: erasure.staysLog, text: erasure.staysLogText(durationInWords(texts, evidence)) },
        ],
      },
      { kind: 'heading', text: words.complain },
      {
        kind: 'link',
        before: words.complainText(policy.controller.email),
        label: inLanguage(policy, policy.authority.name, language),
        url: policy.authority.website,
      },
    ],
    because: words.because,
  }
}
