/** Figures of a campaign by name; each counts messages or hits, and names nobody. */
export type Figures = Readonly<Record<string, number>>

/** What has to be added to the one to make it the other. */
export function difference(before: Figures, after: Figures): Figures {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return Object.fromEntries(
    [...names]
      .map((name): [string, number] => [name, (after[name] ?? 0) - (before[name] ?? 0)])
      .filter(([, change]) => change !== 0),
  )
}

/** Adds figures to sums that are being made. */
export function addTo(sums: Record<string, number>, figures: Figures): void {
  for (const [name, by] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + by
}

/** Those of single messages; how often and which link is not told by language. */
const ofMessages = /^(mail|counted|ended|opened|clicked):/

/** The same figures, and those of messages once more under the language that they were written in. */
export function withLanguage(language: string, figures: Figures): Figures {
  const again = Object.entries(figures)
    .filter(([name]) => ofMessages.test(name))
    .map(([name, by]): [string, number] => [`in:${language}:${name}`, by])
  return { ...figures, ...Object.fromEntries(again) }
}
