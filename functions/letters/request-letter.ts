import { sharedTextsIn } from '../../web/locales/locales.ts'
import { dayInWords } from '../../web/shared/calendar-day.ts'
import { inLanguage } from '../consent/policy.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import type { Said } from '../contact/request-words.ts'
import { type Block, type Frame, type Letter, preferencesUrl } from './letter.ts'
import { letterTextsIn } from './letter-texts.ts'

export type RequestLetter = {
  request: RightsRequest
  /** What a letter about the request says of it: how it stands, or one thing that has happened. */
  about: 'standing' | 'extension' | 'lifting'
  said: Partial<Record<Said, string>>
  /** The way in, where the mailbox is still to be proved. */
  token: string
}

/** A receipt or an answer (RIGHT-01 to RIGHT-03): what, which, by when, why, and where to complain. */
export function requestLetter(frame: Frame, letter: RequestLetter): Letter {
  const { policy, language } = frame
  const words = letterTextsIn(language).request
  const { subject, lead, blocks } = body(frame, letter)
  return {
    subject,
    title: subject,
    blocks: [
      { kind: 'lead', text: lead },
      { kind: 'heading', text: words.facts },
      { kind: 'list', items: facts(frame, letter.request) },
      ...blocks,
      { kind: 'heading', text: words.complain },
      {
        kind: 'link',
        before: words.complainText(policy.controller.email),
        label: inLanguage(policy, policy.authority.name, language),
        url: policy.authority.website,
        after: words.court,
      },
    ],
    because: words.because,
  }
}

function facts({ language }: Frame, request: RightsRequest): { name: string; text: string }[] {
  const words = letterTextsIn(language).request
  const { kind, detail, id, receivedAt, dueAt, closedAt } = request
  const day = (at: string): string => dayInWords(sharedTextsIn(language), at.slice(0, 10))
  return [
    { name: words.what, text: detail === undefined ? words.kinds[kind] : words.details[detail] },
    { name: words.reference, text: id },
    { name: words.received, text: day(receivedAt) },
    ...(closedAt === undefined ? [{ name: words.due, text: day(dueAt) }] : []),
  ]
}

type Body = { subject: string; lead: string; blocks: readonly Block[] }

function body(frame: Frame, { request, about, said, token }: RequestLetter): Body {
  const words = letterTextsIn(frame.language).request
  const because = (text = ''): Block[] =>
    text === '' ? [] : [{ kind: 'heading', text: words.reasons }, ...paragraphs(text)]
  if (about === 'extension') return { ...words.extension, blocks: because(said.extend) }
  if (about === 'lifting') return { ...words.lifting, blocks: because(said.lift) }
  switch (request.status) {
    case 'awaiting-identity':
      return {
        ...words.identity,
        blocks: [
          { kind: 'button', label: words.button, url: preferencesUrl(frame.origin, token) },
          { kind: 'text', text: words.life },
          { kind: 'text', text: words.identity.notYou },
        ],
      }
    case 'received':
    case 'in-progress':
      return { ...words.receipt, blocks: [] }
    case 'done': {
      const answer = said.complete ?? ''
      const blocks: Block[] =
        answer === '' ? [] : [{ kind: 'heading', text: words.answer }, ...paragraphs(answer)]
      return { ...words.done, blocks }
    }
    case 'refused': {
      const ground = request.ground === undefined ? '' : words.refusal.grounds[request.ground]
      const { subject, lead } = words.refusal
      return { subject, lead, blocks: [...because(ground), ...paragraphs(said.refuse ?? '')] }
    }
  }
}

/** Staff write in paragraphs; a letter is made of them. */
function paragraphs(text: string): Block[] {
  return text
    .split(/\n+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ kind: 'text', text: line }))
}
