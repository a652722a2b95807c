import type { policy } from '../policy.ts'

/** Where the policy promises people that their data is stored; the notice says it in words (RIGHT-14). */
type Promised = (typeof policy)['storage']

/** AWS's regions by what they can keep: not every `eu-…` lies in the EEA. */
const regions: Record<Promised, readonly string[]> = {
  eea: [
    'eu-central-1', // Frankfurt
    'eu-north-1', // Stockholm
    'eu-south-1', // Milan
    'eu-south-2', // Spain
    'eu-west-1', // Ireland
    'eu-west-3', // Paris
  ],
  // Countries with a decision of the European Commission under GDPR article 45.
  adequate: [
    'eu-central-2', // Zurich
    'eu-west-2', // London
  ],
}

/** The regions that keep the promise. */
export function regionsFor(promised: Promised): string[] {
  return promised === 'eea' ? [...regions.eea] : [...regions.eea, ...regions.adequate]
}
