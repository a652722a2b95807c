import type { Texts } from '../locales/nb.ts'

/** A date like 2026-11-02 in words: "2 November 2026". */
export function dayInWords(texts: Pick<Texts, 'page'>, day: string): string {
  const [year, month, date] = day.slice(0, 10).split('-').map(Number)
  return texts.page.date(date ?? 0, texts.page.months[(month ?? 1) - 1] ?? '', year ?? 0)
}

/** The day of a moment where the reader is, in words. */
export function localDayInWords(texts: Pick<Texts, 'page'>, moment: Date): string {
  const month = texts.page.months[moment.getMonth()] ?? ''
  return texts.page.date(moment.getDate(), month, moment.getFullYear())
}

/** A stretch of days in words: whole years as years, everything else as days. */
export function durationInWords(texts: Pick<Texts, 'page'>, days: number): string {
  const years = Math.round(days / 365.25)
  const isWhole = years > 0 && Math.abs(days - years * 365.25) < 1
  return isWhole ? texts.page.years(years) : texts.page.days(days)
}
