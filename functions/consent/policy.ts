import * as v from 'valibot'
import { specialCategoryIn } from './special-categories.ts'

/**
 * What an organisation may declare in `policy.ts`. Everything that processes personal data asks
 * this declaration first; what is not declared here cannot be processed (design: "policy is code").
 */

const id = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, 'must be lower-case letters, digits and hyphens'),
)
const language = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}$/, 'must be a two or three letter language code'),
)
const line = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(300))
const text = v.record(language, line)
const day = v.pipe(v.string(), v.isoDate('must be a date like 2026-11-01'))
const email = v.pipe(v.string(), v.email('must be an e-mail address'))
const url = v.pipe(v.string(), v.url(), v.startsWith('https://', 'must be an https address'))
const domain = v.pipe(v.string(), v.regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a domain name'))
const colour = v.pipe(v.string(), v.hexColor('must be a colour like #0b5d57'))
const days = v.pipe(v.number(), v.integer(), v.minValue(1))

/** By its form alone; whether there is such a zone is asked when the templates are made. */
const zone = v.pipe(
  v.string(),
  v.regex(/^(UTC|[A-Z][A-Za-z]+(\/[A-Za-z_+-]+)+)$/, 'must be a time zone like Europe/Oslo'),
)

const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1))
const rates = v.strictObject({ warn: share, pause: share })

/** CONS-13: the recorded weighing without which legitimate interest is no basis at all. */
const balancingTest = v.strictObject({ reference: line, date: day, owner: line })

const shown = {
  name: text,
  description: text,
  consentSince: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
}

const topic = v.variant('basis', [
  v.strictObject({ basis: v.literal('consent'), ...shown }),
  /** CONS-11: own similar products, sold to this person, who could say no at collection. */
  v.strictObject({ basis: v.literal('existing_customer'), similarProducts: line, ...shown }),
])

/** How a purpose may be exercised, the strictest first (requirements §13). */
const purposeBasis = {
  consent: v.strictObject({ basis: v.literal('consent'), ...shown }),
  dateOnly: v.strictObject({ basis: v.literal('date_only'), ...shown }),
  aggregate: v.strictObject({ basis: v.literal('aggregate'), ...shown }),
  legitimateInterest: v.strictObject({
    basis: v.literal('legitimate_interest'),
    balancingTest,
    ...shown,
  }),
  off: v.strictObject({ basis: v.literal('off'), ...shown }),
}
const openTracking = v.variant('basis', [
  purposeBasis.consent,
  purposeBasis.dateOnly,
  purposeBasis.aggregate,
  purposeBasis.legitimateInterest,
  purposeBasis.off,
])
const clickTracking = v.variant('basis', [
  purposeBasis.consent,
  purposeBasis.aggregate,
  purposeBasis.legitimateInterest,
  purposeBasis.off,
])
const personalPurpose = v.variant('basis', [
  purposeBasis.consent,
  purposeBasis.legitimateInterest,
  purposeBasis.off,
])

/** A version of the notice, and what it changed. */
const noticeVersion = {
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  date: day,
  changes: text,
}

const recipient = v.strictObject({
  name: line,
  country: line,
  receives: v.pipe(v.array(id), v.minLength(1, 'must name at least one topic or purpose')),
  why: text,
  transfer: v.optional(line),
})

const policySchema = v.strictObject({
  controller: v.strictObject({
    name: line,
    registration: line,
    address: line,
    country: line,
    email,
    phone: v.optional(line),
    website: url,
  }),
  authority: v.strictObject({ name: text, website: url }),
  /** The first is the default, for people of whom we know no language. */
  languages: v.pipe(v.array(language), v.minLength(1, 'must name at least one language')),
  notice: v.strictObject({
    ...noticeVersion,
    earlier: v.optional(v.array(v.strictObject(noticeVersion))),
  }),
  mail: v.strictObject({
    domain,
    lettersFrom: email,
    marketingFrom: email,
    replyTo: email,
    oneClickScope: v.picklist(['topic', 'all']),
    /** Of a campaign's mails, the shares at which we are warned and at which it pauses itself (SEND-06). */
    limits: v.strictObject({ complaints: rates, bounces: rates }),
  }),
  /** Fifteen: every one is a box that a person reads, and all of them fit one transaction. */
  topics: v.pipe(v.record(id, topic), v.maxEntries(15, 'must not declare more than 15')),
  purposes: v.strictObject({
    'open-tracking': openTracking,
    'click-tracking': clickTracking,
    profiling: personalPurpose,
    calls: personalPurpose,
    'web-tracking': personalPurpose,
  }),
  /** What is inferred of whoever allows `profiling`, and how (TRACK-13). */
  profile: v.strictObject({
    /** Named by the blocks of a campaign. */
    interests: v.pipe(
      v.record(id, v.strictObject({ name: text, description: text })),
      v.maxEntries(30, 'must not declare more than 30'),
    ),
    /** An open tells of a picture that was fetched, and nothing of its reader: it counts nothing (TRACK-07). */
    points: v.strictObject({ click: v.pipe(v.number(), v.gtValue(0)), open: v.literal(0) }),
    /** After so many days what was worth ten points is worth five. */
    halfLifeDays: days,
    /** So many points list a person for a human to look at, and do nothing else (TRACK-14). */
    callFrom: v.pipe(v.number(), v.gtValue(0)),
  }),
  consent: v.strictObject({
    /** CONS-03: `button` needs a press; `auto` and `off` are recorded risks. */
    confirmation: v.literal('button'),
    validityMonths: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
    reaskMonths: v.pipe(v.number(), v.integer(), v.minValue(1)),
    unknown: v.literal('do_not_track'),
  }),
  calls: v.strictObject({
    registerWash: v.boolean(),
    /** Whose clocks the hours are of (IANA). */
    zone,
    hours: v.strictObject({
      from: v.pipe(v.number(), v.integer()),
      to: v.pipe(v.number(), v.integer()),
    }),
  }),
  /** Only what is obeyed can be declared: further options come with the code that obeys them. */
  rights: v.strictObject({
    afterObjection: v.literal('suppress_only'),
    identityStepUp: v.literal('mailed_link'),
    portability: v.literal('superset'),
    gpc: v.literal('no_sharing_no_profiling'),
    machineSignals: v.literal('off'),
  }),
  /** Where data is stored: no stage outside is deployed. `adequate` adds GDPR art. 45's countries. */
  storage: v.picklist(['eea', 'adequate']),
  /**
   * How long each kind of data lives, in days; `null` is "until the person or the law says so". A kind
   * that nothing stores yet has no period here: it would promise what no code keeps (SUPP-06).
   */
  retention: v.strictObject({
    signUp: days,
    inactiveContact: days,
    evidence: days,
    objection: v.nullable(v.pipe(days, v.minValue(1096, 'must be at least three years (SUPP-05)'))),
    requests: days,
    /** What was mailed to whom, and what came of it. */
    messages: days,
    /** Followed links that tell of an interest. */
    interests: days,
    exports: days,
    /** How long a recipient may use what it was given, and so hears of those who leave (EXP-04). */
    recall: days,
    logs: days,
  }),
  recipients: v.record(id, recipient),
  branding: v.strictObject({
    mark: line,
    accent: v.strictObject({ light: colour, dark: colour }),
  }),
})

export type Policy = v.InferOutput<typeof policySchema>
export type Topic = Policy['topics'][string]
export type ProcessingPurpose = Policy['purposes'][keyof Policy['purposes']]
/** A text in each of the policy's languages. */
export type Text = v.InferOutput<typeof text>

/** The id that stands for all direct marketing at once; no topic or purpose may take it. */
export const directMarketing = 'direct-marketing'

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
 * Checks a declaration and returns it typed.
 * @throws {PolicyError} naming every field that is wrong, all at once.
 */
export function definePolicy(declaration: v.InferInput<typeof policySchema>): Policy {
  const parsed = v.safeParse(policySchema, declaration)
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

/** The text in the wanted language, else in the policy's default language. */
export function inLanguage(policy: Policy, texts: Text, wanted: string): string {
  const own = Object.hasOwn(texts, wanted) ? texts[wanted] : undefined
  return own ?? texts[policy.languages[0] ?? ''] ?? ''
}

export function isTopic(policy: Policy, purpose: string): boolean {
  return Object.hasOwn(policy.topics, purpose)
}

/** Every id a choice can be about: the topics, then the processing purposes, as declared. */
export function purposeIds(policy: Policy): string[] {
  return [...Object.keys(policy.topics), ...Object.keys(policy.purposes)]
}

/** All direct marketing at once: everything by name, and the mark that also covers what comes later. */
export function allMarketing(policy: Policy): string[] {
  return [...purposeIds(policy), directMarketing]
}

/** The declaration of a topic or processing purpose; undefined when nobody declared it. */
export function declarationOf(
  policy: Policy,
  purpose: string,
): Topic | ProcessingPurpose | undefined {
  const all: Record<string, Topic | ProcessingPurpose> = { ...policy.topics, ...policy.purposes }
  return Object.hasOwn(all, purpose) ? all[purpose] : undefined
}

/** Purposes that a person can still be asked about: all that are neither off nor decided for them. */
export function offeredPurposes(policy: Policy): string[] {
  return Object.entries(policy.purposes)
    .filter(([, { basis }]) => basis === 'consent')
    .map(([key]) => key)
}

/** Topics that a sign-up form may offer: those resting on consent (CONS-02, CONS-11). */
export function offeredTopics(policy: Policy): string[] {
  return Object.entries(policy.topics)
    .filter(([, { basis }]) => basis === 'consent')
    .map(([key]) => key)
}
