import type { Policy } from '../consent/policy.ts'

/** Written Norwegian in any of its names is best met with bokmål, when that is all there is. */
const near: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb' }

/**
 * The language for a reader: what they chose here, then what we know of them, then what their
 * browser asks for (RFC 9110 §12.5.4, matched as RFC 4647 §3.4 looks up), then the policy's first.
 */
export function languageFor(
  policy: Policy,
  wishes: {
    chosen?: string | undefined
    known?: string | undefined
    accepted?: string | undefined
  },
): string {
  const offered = [wishes.chosen, wishes.known, ...accepted(wishes.accepted ?? '')]
  const spoken = offered.find(
    (language): language is string => language !== undefined && policy.languages.includes(language),
  )
  return spoken ?? policy.languages[0] ?? 'en'
}

function accepted(header: string): string[] {
  return header
    .slice(0, 200)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
      const quality = parameters.map((each) => /^\s*q=([\d.]+)$/.exec(each)?.[1]).find(Boolean)
      const language = tag.split('-')[0] ?? ''
      return { language: near[language] ?? language, quality: Number(quality ?? 1) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ language }) => language)
}
