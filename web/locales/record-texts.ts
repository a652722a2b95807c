import { recordEn } from './record-en.ts'
import { type RecordTexts, recordNb } from './record-nb.ts'

const records: Readonly<Record<string, RecordTexts>> = { nb: recordNb, en: recordEn }

/** The record's sentences, apart from the rest so that no page of a person carries them. */
export function recordTextsIn(language: string): RecordTexts {
  return (Object.hasOwn(records, language) ? records[language] : undefined) ?? recordNb
}
