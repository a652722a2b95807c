import {
  type CopyEntry,
  type CopyFileLink,
  copyClosing,
  copyEntry,
  copyFrame,
  copyIntroduction,
  copyNextPart,
  copyNothing,
  copySectionBegin,
  copySectionEnd,
} from '../../../web/link-pages/copy-page.ts'
import { copyTextsIn } from '../../../web/locales/copy-texts.ts'
import { sharedTextsIn } from '../../../web/locales/locales.ts'
import { dayInWords } from '../../../web/shared/calendar-day.ts'
import { declarationOf, directMarketing, inLanguage, type Policy } from '../../consent/policy.ts'
import type { Column, CopySection, Row } from './copy-section.ts'
import type { FileShape } from './rolling-file.ts'

export type HtmlCopy = {
  policy: Policy
  language: string
  address: string
  at: Date
  /** The other files, known when the page is closed. */
  files: () => readonly CopyFileLink[]
}

const nameOf = (part: number): string => (part === 1 ? 'copy.html' : `copy-${part}.html`)

/** The readable page, in the person's language: an entry each, its fields named (RIGHT-07). */
export function htmlShape(copy: HtmlCopy): FileShape {
  const { policy, language, address, at, files } = copy
  const { before, after } = copyFrame(copy)
  const { sections } = copyTextsIn(language)
  let rows = 0
  return {
    contentType: 'text/html; charset=utf-8',
    nameOf,
    open: (part) =>
      part === 1
        ? before + copyIntroduction(language, address, timeInWords(language, at.toISOString()))
        : before,
    begin: ({ id, art20 }, continued) => {
      rows = 0
      const [title = id, text = ''] = sections[id]
      return copySectionBegin(language, { title, text, art20, continued })
    },
    row: ({ columns }, row) => {
      rows += 1
      return copyEntry(entryOf(copy, columns, row))
    },
    end: () => (rows === 0 ? copyNothing(language) : '') + copySectionEnd(),
    close: (part, isLast) =>
      (isLast
        ? copyClosing({ policy, language }, files())
        : copyNextPart(language, nameOf(part + 1))) + after,
  }
}

export function fileLinks(
  language: string,
  json: readonly string[],
  tables: readonly { id: CopySection['id']; names: readonly string[] }[],
): CopyFileLink[] {
  const { files, sections } = copyTextsIn(language)
  return [
    ...json.map((file, index) => ({ label: files.json(index + 1), file })),
    ...tables.flatMap(({ id, names }) =>
      names.map((file) => ({ label: files.csv(sections[id][0] ?? id), file })),
    ),
  ]
}

function entryOf(copy: HtmlCopy, columns: readonly Column[], row: Row): CopyEntry {
  const texts = copyTextsIn(copy.language)
  const labels: Readonly<Record<string, string>> = texts.columns
  const [first, ...others] = columns.filter(
    ({ as, name }) => as !== 'machine' && hasText(row, name),
  )
  return {
    title: first === undefined ? '' : cellTexts(copy, first, row).join(', '),
    lines: others.map((column) => [
      labels[column.name] ?? column.name,
      cellTexts(copy, column, row),
    ]),
  }
}

function hasText(row: Row, name: string): boolean {
  const cell = row[name]
  return cell !== undefined && cell !== '' && !(Array.isArray(cell) && cell.length === 0)
}

function cellTexts(copy: HtmlCopy, { name, as }: Column, row: Row): string[] {
  return [row[name]].flat().map((cell) => inWords(copy, as, String(cell)))
}

function inWords({ policy, language }: HtmlCopy, as: Column['as'], text: string): string {
  const texts = copyTextsIn(language)
  switch (as) {
    case 'time':
      return timeInWords(language, text)
    case 'word':
      return wordFor(texts.words, text)
    case 'purpose':
      if (text === directMarketing) return texts.everything
      return purposeName(policy, language, text)
    case 'interest':
      return interestName(policy, language, text)
    case 'text':
    case 'id':
    case 'machine':
      return text
  }
}

function wordFor(words: Readonly<Record<string, string>>, text: string): string {
  return (Object.hasOwn(words, text) ? words[text] : undefined) ?? text
}

function purposeName(policy: Policy, language: string, purpose: string): string {
  const declared = declarationOf(policy, purpose)
  return declared === undefined ? purpose : inLanguage(policy, declared.name, language)
}

function interestName(policy: Policy, language: string, interest: string): string {
  const declared = policy.profile.interests[interest]
  return declared === undefined ? interest : inLanguage(policy, declared.name, language)
}

/** A moment such as `2026-11-24T18:00:00.000Z`: day and minute, both in UTC. */
function timeInWords(language: string, at: string): string {
  return `${dayInWords(sharedTextsIn(language), at)} ${at.slice(11, 16)}`
}
