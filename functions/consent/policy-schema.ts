import * as v from 'valibot'
import { evidenceKind } from './import-evidence.ts'

/**
 * What an organisation may declare in `policy.ts`. Everything that processes personal data asks this
 * declaration first; what is not declared here cannot be processed (design: "policy is code").
 */

const id = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, 'must be lower-case letters, digits and hyphens'),
)
const language = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}$/, 'must be a two or three letter language code'),
)
const line = v.pipe(
  v.string(),
  v.regex(/\S/, 'must not be empty'),
  v.check((value) => value === value.trim(), 'must not begin or end with a space'),
  v.maxLength(300),
)
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

export const policySchema = v.strictObject({
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
  /** Topics that may be turned on by an import, and on which evidence alone: all others, on none (CONS-14). */
  imports: v.record(id, v.pipe(v.array(evidenceKind), v.minLength(1, 'must name some evidence'))),
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
    /** A file of people to import, until it has been worked off. */
    imports: days,
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
