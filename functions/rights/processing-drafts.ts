import { recordTextsIn } from '../../web/locales/record-texts.ts'
import { declarationOf, inLanguage, type Policy, purposeIds } from '../consent/policy.ts'

/** What somebody still has to weigh; a draft names the purpose and asks, and never answers for them. */
export type Draft =
  | {
      kind: 'dpia'
      id: string
      purpose: string
      because: string
      risks: readonly string[]
      reduces: readonly string[]
    }
  | {
      kind: 'balancing-test'
      id: string
      purpose: string
      questions: readonly string[]
      /** The weighing that policy.ts records (CONS-13). */
      recorded?: { reference: string; date: string; owner: string }
    }

/** SEC-15: drafts for what observes or predicts people, and for what rests on an interest of ours. */
export const draftsOf = (policy: Policy, language: string): Draft[] => [
  ...assessments(policy, language),
  ...weighings(policy, language),
]

function assessments(policy: Policy, language: string): Draft[] {
  const { needed, risks, reduces } = recordTextsIn(language)
  const because: Readonly<Record<string, string>> = needed
  return Object.entries(policy.purposes).flatMap(([id, { basis, name }]): Draft[] => {
    const why = because[id]
    if (why === undefined || basis === 'off' || basis === 'aggregate') return []
    const purpose = inLanguage(policy, name, language)
    return [{ kind: 'dpia', id, purpose, because: why, risks, reduces }]
  })
}

const weighings = (policy: Policy, language: string): Draft[] =>
  purposeIds(policy).flatMap((id) => weighing(policy, id, language))

function weighing(policy: Policy, id: string, language: string): Draft[] {
  const declared = declarationOf(policy, id)
  if (declared === undefined) return []
  const questions = Object.values(recordTextsIn(language).questions)
  const purpose = inLanguage(policy, declared.name, language)
  const draft = { kind: 'balancing-test', id, purpose, questions } as const
  switch (declared.basis) {
    case 'legitimate_interest':
      return [{ ...draft, recorded: declared.balancingTest }]
    case 'existing_customer':
    case 'date_only':
      return [draft]
    case 'consent':
    case 'aggregate':
    case 'off':
      return []
  }
}
