import { expect, test } from 'vitest'
import { policy } from '../../../policy.ts'
import { campaignEn } from '../../../web/locales/campaign-en.ts'
import { campaignNb } from '../../../web/locales/campaign-nb.ts'
import { en as pagesEn } from '../../../web/locales/en.ts'
import { lettersEn } from '../../../web/locales/letters-en.ts'
import { lettersNb } from '../../../web/locales/letters-nb.ts'
import { textsIn, writtenLanguages } from '../../../web/locales/locales.ts'
import { nb as pagesNb } from '../../../web/locales/nb.ts'
import { noticeEn } from '../../../web/locales/notice-en.ts'
import { noticeNb } from '../../../web/locales/notice-nb.ts'
import { noticeTextsIn } from '../../../web/locales/notice-texts.ts'
import { dayInWords, durationInWords, localDayInWords } from '../../../web/shared/calendar-day.ts'

/** Everything that people read, whichever file it stands in. */
const nb = { ...pagesNb, wholeNotice: noticeNb, letters: lettersNb, campaign: campaignNb }
const en = { ...pagesEn, wholeNotice: noticeEn, letters: lettersEn, campaign: campaignEn }

/** Every text with its path; functions are called with words that show where they went. */
function sentences(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]]
  if (typeof node === 'function') {
    const words = Array.from({ length: node.length }, (_, index) => `‹${index}›`)
    return [[path, [node(...words)].flat().join('')]]
  }
  return Object.entries(node as object).flatMap(([key, value]) =>
    sentences(value, path === '' ? key : `${path}.${key}`),
  )
}

test('RIGHT-14 every language of the policy has every text, and no text too many', () => {
  const keys = sentences(pagesNb).map(([path]) => path)
  for (const language of policy.languages) {
    expect(writtenLanguages()).toContain(language)
    expect(sentences(textsIn(language)).map(([path]) => path)).toEqual(keys)
    const notice = sentences(noticeTextsIn(language)).map(([path]) => path)
    expect(notice).toEqual(sentences(noticeNb).map(([path]) => path))
  }
  expect(sentences(lettersEn).map(([path]) => path)).toEqual(
    sentences(lettersNb).map(([path]) => path),
  )
})

test('each text says something, and uses every word it is given', () => {
  for (const [path, text] of [...sentences(nb), ...sentences(en)]) {
    expect(text.trim(), path).not.toBe('')
  }
  const parts = (texts: typeof nb) =>
    sentences(texts).map(([path, text]) => [path, [...new Set(text.match(/‹\d›/g))].sort()])
  expect(parts(en)).toEqual(parts(nb))
})

test('UX-06 no text shouts, pleads or plays', () => {
  for (const [path, text] of [...sentences(nb), ...sentences(en)]) {
    expect(text, path).not.toMatch(/!|\boops\b|\bsorry\b|\bbeklager\b|\bdessverre\b|\bplease\b/i)
  }
})

test('the two languages are not the same text', () => {
  const english = new Map(sentences(en))
  const same = sentences(nb).filter(
    ([path, text]) => english.get(path) === text && /[a-z]/i.test(text),
  )
  expect(same).toEqual([])
})

test('days and stretches of days are said in words', () => {
  expect(dayInWords(nb, '2026-11-02')).toBe('2. november 2026')
  expect(dayInWords(en, '2026-03-31')).toBe('31 March 2026')
  expect(localDayInWords(en, new Date(2026, 0, 9))).toBe('9 January 2026')
  expect(durationInWords(nb, 1826)).toBe('5 år')
  expect(durationInWords(en, 365)).toBe('one year')
  expect(durationInWords(en, 180)).toBe('180 days')
  expect(durationInWords(nb, 1)).toBe('ett døgn')
})
