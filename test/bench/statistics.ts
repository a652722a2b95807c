/** The value below which that share of all values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  const place = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  if (low === undefined || high === undefined) throw new RangeError('There is no value')
  return low + (high - low) * (place - Math.floor(place))
}

const median = (values: readonly number[]): number => quantile(values, 0.5)

export type Pair = { subject: number; floor: number }
export type Compared = Pair & {
  ratio: number
  /** Half of the rounds lie between these. */
  spread: { from: number; to: number }
}

/**
 * Compares by rounds, in each of which subject and floor were measured one right after the other:
 * the ratio is the median of the rounds' own, since the next round may have less of the machine.
 */
export function compare(rounds: readonly Pair[]): Compared {
  const ratios = rounds.map(({ subject, floor }) => subject / floor)
  return {
    subject: median(rounds.map(({ subject }) => subject)),
    floor: median(rounds.map(({ floor }) => floor)),
    ratio: median(ratios),
    spread: { from: quantile(ratios, 0.25), to: quantile(ratios, 0.75) },
  }
}
