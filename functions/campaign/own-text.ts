import type { Gathered } from './link-place.ts'

/** Whether somebody who reads it is told anything: dashes and empty brackets tell nothing. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}\p{S}]/u.test(text)

/** Mail clients make a link of whatever looks like an address. */
export function checkText(text: string, { problems }: Pick<Gathered, 'problems'>): void {
  const schemes = [...text.matchAll(/([a-z][a-z\d+.-]*):\/\//gi)].map(([, scheme = '']) => scheme)
  if (schemes.some((scheme) => scheme.toLowerCase() !== 'https')) problems.add('link-not-https')
}
