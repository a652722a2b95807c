/** What a person's interests are worth, by interest; empty of whoever has no profile, or none that may be used. */
export type Points = ReadonlyMap<string, number>

/** The places, in each part of a mail, in which the n-th of its tagged blocks stands. */
export const placesOfBlock = (n: number): { html: string; text: string } => ({
  html: `block${n}`,
  text: `blockText${n}`,
})

type Tagged = { interests: readonly string[] }

/** Whether there is an order to choose: what is tagged alike stays as it is written. */
export function hasOrder(blocks: readonly Tagged[]): boolean {
  return new Set(blocks.map(({ interests }) => interests.toSorted().join(' '))).size > 1
}

/**
 * Tagged blocks as they stand for one person: what interests them most first, by the most that one of a block's
 * interests is worth to them. What is worth the same, or nothing, keeps the order in which it is written.
 */
export function inOrderOf<Block extends Tagged>(
  points: Points,
  blocks: readonly Block[],
): readonly Block[] {
  const worth = ({ interests }: Tagged): number =>
    Math.max(0, ...interests.map((interest) => points.get(interest) ?? 0))
  return blocks.toSorted((a, b) => worth(b) - worth(a))
}
