import * as v from 'valibot'
import { evidenceBases } from './import-evidence.ts'
import {
  directMarketing,
  isTopic,
  type Policy,
  type ProcessingPurpose,
  purposeIds,
  type Text,
  type Topic,
} from './policy.ts'
import { policySchema } from './policy-schema.ts'
import { specialCategoryIn } from './special-categories.ts'

/** A declaration that cannot be accepted; every message names the field. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`policy.ts cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Asked before a declaration is bundled, and so before any function can obey it.
 * @throws {PolicyError} naming every field that is wrong, all at once.
 */
export function checkPolicy(declared: unknown): Policy {
  const parsed = v.safeParse(policySchema, declared)
  if (!parsed.success) {
    throw new PolicyError(
      parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'policy'}: ${issue.message}`),
    )
  }
  const problems = [...untranslated(parsed.output), ...contradictions(parsed.output)]
  if (problems.length > 0) throw new PolicyError(problems)
  return parsed.output
}

/** RIGHT-14: a person reads the notice in their language, so every text exists in each. */
function untranslated(policy: Policy): string[] {
  const texts: [string, Text][] = [
    ['authority.name', policy.authority.name],
    ['notice.changes', policy.notice.changes],
    ...(policy.notice.earlier ?? []).map(({ changes }, index): [string, Text] => [
      `notice.earlier.${index}.changes`,
      changes,
    ]),
    ...declarations(policy).flatMap(([field, { name, description }]): [string, Text][] => [
      [`${field}.name`, name],
      [`${field}.description`, description],
    ]),
    ...Object.entries(policy.profile.interests).flatMap(
      ([key, { name, description }]): [string, Text][] => [
        [`profile.interests.${key}.name`, name],
        [`profile.interests.${key}.description`, description],
      ],
    ),
    ...Object.entries(policy.recipients).map(([key, { why }]): [string, Text] => [
      `recipients.${key}.why`,
      why,
    ]),
  ]
  return texts.flatMap(([field, inEach]) =>
    policy.languages
      .filter((needed) => inEach[needed] === undefined)
      .map((needed) => `${field}: has no text in "${needed}"`),
  )
}

/** Every topic and purpose with the path under which it is declared. */
function declarations(policy: Policy): [string, Topic | ProcessingPurpose][] {
  const { topics, purposes } = policy
  return Object.entries({ topics, purposes }).flatMap(([kind, declared]) =>
    Object.entries(declared).map(([key, declaration]): [string, Topic | ProcessingPurpose] => [
      `${kind}.${key}`,
      declaration,
    ]),
  )
}

function contradictions(policy: Policy): string[] {
  const none = Object.keys(policy.topics).length === 0
  return [
    ...(none ? ['topics: must declare at least one topic'] : []),
    ...Object.keys(policy.topics)
      .filter((topicId) => topicId in policy.purposes || topicId === directMarketing)
      .map((topicId) => `topics.${topicId}: this name is taken by a purpose`),
    ...undeclaredReceipts(policy),
    ...unfitEvidence(policy),
    ...specialInterests(policy),
    ...declarations(policy)
      .filter(([, { consentSince }]) => (consentSince ?? 1) > policy.notice.version)
      .map(([field]) => `${field}.consentSince: is later than notice.version`),
    ...noticeContradictions(policy.notice),
    ...mailContradictions(policy.mail),
    ...callContradictions(policy.calls),
  ]
}

function undeclaredReceipts(policy: Policy): string[] {
  const declared = new Set(purposeIds(policy))
  return Object.entries(policy.recipients).flatMap(([key, { receives }]) =>
    receives
      .filter((purpose) => !declared.has(purpose))
      .map(
        (purpose) => `recipients.${key}.receives: "${purpose}" is neither a topic nor a purpose`,
      ),
  )
}

/**
 * No evidence of a consent makes a customer, and no sale a consent (CONS-11). What is recorded, inferred or
 * said on the telephone, people allow us themselves or not at all.
 */
function unfitEvidence(policy: Policy): string[] {
  return Object.entries(policy.imports).flatMap(([purpose, kinds]) => {
    if (!isTopic(policy, purpose)) {
      return [`imports.${purpose}: is no topic, and only these are imported`]
    }
    const basis = policy.topics[purpose]?.basis
    return kinds
      .filter((kind) => evidenceBases[kind] !== basis)
      .map((kind) => `imports.${purpose}: "${kind}" is no evidence for the basis "${basis}"`)
  })
}

/** TRACK-15: by its id, its names and its descriptions, since any of them shows what it is about. */
function specialInterests({ profile }: Policy): string[] {
  return Object.entries(profile.interests).flatMap(([key, { name, description }]) => {
    const words = [key, ...Object.values(name), ...Object.values(description)]
    const category = words.map(specialCategoryIn).find((found) => found !== undefined)
    return category === undefined
      ? []
      : [
          `profile.interests.${key}: nobody may be profiled by ${category} (TRACK-15, GDPR art. 9 and 10)`,
        ]
  })
}

/** The versions go back one by one, so that none can be left out of what the notice tells. */
function noticeContradictions({ version, date, earlier = [] }: Policy['notice']): string[] {
  const all = [{ version, date }, ...earlier]
  return earlier.flatMap((each, index) => {
    const next = all[index]
    const follows =
      next !== undefined && each.version === next.version - 1 && each.date <= next.date
    return follows ? [] : [`notice.earlier.${index}: must be the version before, and no younger`]
  })
}

/** Where SES stops an account, letters and all: no campaign of ours may come so far. */
const stopsAt = { complaints: 0.005, bounces: 0.1 } as const

function mailContradictions(mail: Policy['mail']): string[] {
  return [
    ...(['complaints', 'bounces'] as const)
      .filter((name) => {
        const { warn, pause } = mail.limits[name]
        return warn >= pause || pause > stopsAt[name]
      })
      .map(
        (name) =>
          `mail.limits.${name}: must warn before it pauses, and pause at ${stopsAt[name]} at most`,
      ),
    ...(mail.lettersFrom.toLowerCase() === mail.marketingFrom.toLowerCase()
      ? ['mail.marketingFrom: must differ from mail.lettersFrom (SEND-02)']
      : []),
    ...(['lettersFrom', 'marketingFrom'] as const)
      .filter((field) => !mail[field].endsWith(`@${mail.domain}`))
      .map((field) => `mail.${field}: must be an address of mail.domain (SEND-01)`),
  ]
}

function callContradictions({ hours: { from, to } }: Policy['calls']): string[] {
  return from < 9 || to > 21 || from >= to
    ? ['calls.hours: must lie between 9 and 21, the first before the last (CALL-04)']
    : []
}
