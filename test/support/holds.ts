import * as fc from 'fast-check'

/** Fails, with the smallest counter-example, when the property does not hold for some input. */
export async function holds<Inputs>(
  property: fc.IRawProperty<Inputs, boolean>,
  numRuns = 200,
): Promise<void> {
  await fc.assert(property, { numRuns })
}
