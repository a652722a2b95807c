/**
 * Stands in a resolved template for a parameter without default until its value is there: on AWS the
 * deploy command gives it, here the local cloud does once the keys are created.
 */
export function parameterMark(name: string): string {
  return `<parameter ${name}>`
}

/** The text with each mark replaced. @throws for a parameter that nobody gives. */
export function withParameters(text: string, given: Readonly<Record<string, string>>): string {
  return text.replace(/<parameter (\w+)>/g, (_, name: string) => {
    const value = given[name]
    if (value === undefined) throw new Error(`Nobody gives the parameter ${name}`)
    return value
  })
}
