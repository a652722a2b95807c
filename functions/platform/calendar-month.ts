/**
 * The same moment some calendar months later; where that month is shorter, on its last day
 * (31 January → 28 or 29 February), so that a term never reaches into a further month.
 */
export function monthsAfter(at: Date, months: number): Date {
  const end = new Date(at)
  end.setUTCMonth(at.getUTCMonth() + months)
  if (end.getUTCDate() !== at.getUTCDate()) end.setUTCDate(0)
  return end
}
