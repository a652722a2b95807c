import { noticeTextsIn } from '../../web/locales/notice-texts.ts'
import { recordTextsIn } from '../../web/locales/record-texts.ts'
import {
  declarationOf,
  inLanguage,
  isTopic,
  type Policy,
  type ProcessingPurpose,
  purposeIds,
  type Topic,
} from '../consent/policy.ts'
import { type Draft, draftsOf } from './processing-drafts.ts'

export type Activity = {
  id: string
  purpose: string
  ground: string
  people: string
  data: string[]
  /** The ids of the recipients that policy.ts lets it go to. */
  recipients: string[]
  /** Names of `retention` in policy.ts. */
  retention: string[]
}

export type ProcessingRecord = {
  language: string
  madeAt: string
  controller: Policy['controller']
  authority: { name: string; website: string }
  notice: { version: number; date: string }
  activities: Activity[]
  /** What is switched off, or only counted without seeing who. */
  notDone: string[]
  storage: Policy['storage']
  recipients: { id: string; name: string; country: string; why: string; transfer?: string }[]
  retention: { kind: string; what: string; days: number | null }[]
  security: readonly string[]
  drafts: Draft[]
}

/**
 * The record of processing (GDPR art. 30(1), SEC-15) as the policy in force makes it: what is not in
 * here is not done, since nothing is processed that the policy does not declare.
 */
export function processingRecord(
  policy: Policy,
  { language, now }: { language: string; now: Date },
): ProcessingRecord {
  const words = recordTextsIn(language)
  const { kept } = noticeTextsIn(language)
  const periods: Readonly<Record<string, number | null>> = policy.retention
  const named: Readonly<Record<string, string>> = kept
  const { version, date } = policy.notice
  return {
    language,
    madeAt: now.toISOString(),
    controller: policy.controller,
    authority: {
      name: inLanguage(policy, policy.authority.name, language),
      website: policy.authority.website,
    },
    notice: { version, date },
    activities: [...declared(policy, language), ...ownActivities(language)],
    notDone: Object.entries(policy.purposes)
      .filter(([, purpose]) => !isDone(purpose))
      .map(([, { name }]) => inLanguage(policy, name, language)),
    storage: policy.storage,
    recipients: Object.entries(policy.recipients).map(([id, { name, country, why, transfer }]) => ({
      id,
      name,
      country,
      why: inLanguage(policy, why, language),
      ...(transfer === undefined ? {} : { transfer }),
    })),
    retention: Object.entries(periods).map(([kind, days]) => ({
      kind,
      what: named[kind] ?? kind,
      days,
    })),
    security: words.measures,
    drafts: draftsOf(policy, language),
  }
}

/** Whether anything personal comes of it. */
const isDone = <Declared extends Topic | ProcessingPurpose>(
  declared: Declared,
): declared is Exclude<Declared, { basis: 'off' | 'aggregate' }> =>
  declared.basis !== 'off' && declared.basis !== 'aggregate'

function declared(policy: Policy, language: string): Activity[] {
  const { article } = noticeTextsIn(language)
  const { people } = recordTextsIn(language)
  return purposeIds(policy).flatMap((id): Activity[] => {
    const each = declarationOf(policy, id)
    if (each === undefined || !isDone(each)) return []
    const [name, description] = [each.name, each.description].map((text) =>
      inLanguage(policy, text, language),
    )
    return [
      {
        id,
        purpose: `${name}. ${description}`,
        ground: article[each.basis],
        people: each.basis === 'existing_customer' ? people.customers : people.subscribers,
        data: dataOf(policy, id, language),
        recipients: Object.entries(policy.recipients)
          .filter(([, { receives }]) => receives.includes(id))
          .map(([recipient]) => recipient),
        retention: [
          'inactiveContact',
          'evidence',
          'exports',
          'recall',
          ...(Object.hasOwn(policy.imports, id) ? ['imports'] : []),
          ...(id === 'profiling' ? ['interests'] : []),
        ],
      },
    ]
  })
}

function dataOf(policy: Policy, id: string, language: string): string[] {
  const { data } = recordTextsIn(language)
  if (isTopic(policy, id)) return [data.contact, data.choices]
  const isDayOnly = policy.purposes['open-tracking'].basis === 'date_only'
  const kinds: Readonly<Record<string, string>> = {
    'open-tracking': isDayOnly ? data.openDay : data.opens,
    'click-tracking': data.clicks,
    profiling: data.interests,
    calls: data.calls,
    'web-tracking': data.visits,
  }
  const own = kinds[id]
  if (own === undefined) throw new TypeError(`the record has no words for the data of ${id}`)
  return [own, data.choices]
}

/** What any policy brings along: proof, rights, and the memory of a no. */
function ownActivities(language: string): Activity[] {
  const { own, people, data } = recordTextsIn(language)
  const activity = (id: keyof typeof own, held: string[], retention: string[]): Activity => {
    const [purpose = '', ground = ''] = own[id]
    return { id, purpose, ground, people: people.everyone, data: held, recipients: [], retention }
  }
  return [
    activity('evidence', [data.choices], ['signUp', 'evidence']),
    activity('requests', [data.contact, data.requests], ['requests']),
    activity('suppression', [data.hash], ['objection']),
  ]
}
