import * as v from 'valibot'
import { policy } from '../policy.ts'
import { regionsFor } from './storage-regions.ts'

/**
 * Where the fictional company of `policy.ts` runs the product. A new owner replaces these values; one
 * deployment may replace some with `-c key=value`.
 */
const example = {
  stage: 'prod',
  region: 'eu-north-1',
  origin: 'https://preferences.nordlys.example',
  certificateArn:
    'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-000000000000',
  apiDomain: 'api.preferences.nordlys.example',
  apiCertificateArn:
    'arn:aws:acm:eu-north-1:111122223333:certificate/00000000-0000-4000-8000-000000000001',
  issuer: '',
  audience: 'assent-staff',
  rolesClaim: 'roles',
  colleagueDomain: 'nordlys.example',
  unsubscribeReserve: '20',
  subscriberReserve: '50',
  accountRequestsPerSecond: '2500',
  requestsPerSecond: '1000',
  erasuresPerDay: '2000',
  alarmEmail: '',
  monthlyBudget: '50',
  mainTable: '',
  keysTable: '',
  trial: 'false',
}

const isLoopback = (url: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)

/** Plain http is for the laptop alone: anywhere else a token would travel in clear. */
const address = (name: string) =>
  v.pipe(
    v.string(`${name} must be a URL`),
    v.url(`${name} must be a URL`),
    v.check((text) => {
      if (!URL.canParse(text)) return true
      const url = new URL(text)
      return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
    }, `${name} must start with https:// (http:// only on localhost)`),
  )

const count = (name: string, min: number, max: number) =>
  v.pipe(
    v.string(`${name} must be a whole number`),
    v.regex(/^\d+$/, `${name} must be a whole number`),
    v.transform(Number),
    v.minValue(min, `${name} must be at least ${min}`),
    v.maxValue(max, `${name} must be at most ${max}`),
  )

const tableName = (name: string) =>
  v.pipe(
    v.string(),
    v.regex(/^([A-Za-z0-9_.-]{3,255})?$/, `${name} must be the name of a table, or empty`),
  )

const fields = v.object({
  stage: v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9-]{0,15}$/, 'stage must be 1-16 lower-case letters, digits or hyphens'),
  ),
  region: v.string(),
  origin: v.pipe(
    address('origin'),
    v.check(
      (text) => !URL.canParse(text) || new URL(text).origin === text,
      'origin must have no path and no trailing slash',
    ),
  ),
  certificateArn: v.pipe(
    v.string(),
    v.regex(
      /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]+$/,
      'certificateArn must name an ACM certificate in us-east-1, where CloudFront looks for it',
    ),
  ),
  apiDomain: v.pipe(
    v.string(),
    v.regex(
      /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
      'apiDomain must be a domain name of its own, which the CDN alone calls',
    ),
  ),
  apiCertificateArn: v.pipe(
    v.string(),
    v.regex(
      /^arn:aws:acm:[a-z]+-[a-z]+-\d:\d{12}:certificate\/[0-9a-f-]+$/,
      'apiCertificateArn must name an ACM certificate',
    ),
  ),
  /** The company's identity provider; empty for a Cognito user pool, which needs the next two not. */
  issuer: v.union(
    [v.literal(''), address('issuer')],
    (issue) => issue.issues?.at(-1)?.message ?? 'issuer must be a URL, or empty',
  ),
  audience: v.pipe(v.string(), v.nonEmpty('audience must name the client id of the staff console')),
  rolesClaim: v.pipe(
    v.string(),
    v.nonEmpty('rolesClaim must name the claim that carries staff roles'),
  ),
  /** Where colleagues have their mailboxes: a campaign is tried on them, and on nobody else. */
  colleagueDomain: v.pipe(
    v.string(),
    v.regex(
      /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
      'colleagueDomain must be the domain of colleagues’ mail addresses',
    ),
  ),
  /** Concurrency kept for one function alone; 0 for none, since new accounts refuse it. */
  unsubscribeReserve: count('unsubscribeReserve', 0, 1000),
  subscriberReserve: count('subscriberReserve', 0, 1000),
  /** What API Gateway lets the whole account do in this region: 10,000, in the newer regions 2,500. */
  accountRequestsPerSecond: count('accountRequestsPerSecond', 100, 100_000),
  /** What all routes but unsubscribe may use of it together. */
  requestsPerSecond: count('requestsPerSecond', 50, 50_000),
  /**
   * How many people may be erased in a day; the sweep begins half as many. What runs away is noticed
   * while yesterday's keys can still be brought back (RIGHT-13). A larger house needs a larger number.
   */
  erasuresPerDay: count('erasuresPerDay', 2, 10_000_000),
  /** Who is woken; empty where the topic's subscribers are added by hand. */
  alarmEmail: v.union(
    [v.literal(''), v.pipe(v.string(), v.email())],
    'alarmEmail must be an e-mail address, or empty',
  ),
  /** US dollars a month above which that address is told; 0 for no word. */
  monthlyBudget: count('monthlyBudget', 0, 1_000_000),
  /** After a restore, the copy that takes the place of a table (RUNBOOK.md#Restore-a-backup); else empty. */
  mainTable: tableName('mainTable'),
  keysTable: tableName('keysTable'),
  /** A stage that nobody relies on, so that its stacks can be destroyed. */
  trial: v.pipe(
    v.picklist(['true', 'false'], 'trial must be true or false'),
    v.transform((text) => text === 'true'),
  ),
})

const schema = v.pipe(
  fields,
  v.check(
    ({ requestsPerSecond, accountRequestsPerSecond }) =>
      requestsPerSecond <= accountRequestsPerSecond / 2,
    'requestsPerSecond must be at most half of accountRequestsPerSecond: the rest is for unsubscribe',
  ),
  v.check(
    ({ region, apiCertificateArn }) => apiCertificateArn.split(':')[3] === region,
    'apiCertificateArn must name a certificate in the region of the stage, where the API is',
  ),
)

/** The CDK context, as an app's node has it. */
export type Context = { tryGetContext(key: string): unknown }

/** What one stage is deployed with. */
export type Settings = v.InferOutput<typeof schema>
export type Place = Pick<Settings, 'stage' | 'region'>
/** The tables that are copies of those in the templates; empty where they are not. */
export type CopiedTables = Pick<Settings, 'mainTable' | 'keysTable'>

/**
 * Settings of one stage: the example's values, each replaced by the CDK context of the same name.
 *
 * Throws one error that lists every setting that is wrong.
 */
export function readSettings(context: Context, promised = policy.storage): Settings {
  return read(schema, context, promised)
}

/** Where a stage is, for commands that deploy nothing and so need no certificate or name. */
export function readPlace(context: Context, promised = policy.storage): Place & CopiedTables {
  return read(v.pick(fields, ['stage', 'region', 'mainTable', 'keysTable']), context, promised)
}

function read<const Schema extends v.GenericSchema<unknown, Place>>(
  wanted: Schema,
  context: Context,
  promised: (typeof policy)['storage'],
): v.InferOutput<Schema> {
  const declared: Record<string, string> = Object.fromEntries(
    Object.entries(example).map(([key, value]) => [
      key,
      String(context.tryGetContext(key) ?? value),
    ]),
  )
  const result = v.safeParse(wanted, declared)
  const wrong = [
    ...(result.issues ?? []).map(({ message }) => message),
    ...outsideOf(promised, declared.region),
  ]
  if (result.success && wrong.length === 0) return result.output
  const list = wrong.map((message) => `  - ${message}`).join('\n')
  throw new Error(`The stage settings (CDK context, -c key=value) are wrong:\n${list}`)
}

function outsideOf(promised: Parameters<typeof regionsFor>[0], region = ''): string[] {
  const kept = regionsFor(promised)
  if (kept.includes(region)) return []
  return [
    `region must be one of ${kept.join(', ')}: policy.ts promises storage "${promised}", and the notice says so`,
  ]
}

/** True on the laptop, where no certificate and no name of its own exist. */
export function isLocalOrigin(settings: Settings): boolean {
  return isLoopback(new URL(settings.origin))
}

/** The namespace of the figures that a stage counts itself. */
export function figuresOf(settings: Place): string {
  return `Assent/${settings.stage}`
}

/** Where the token and encryption keys of a stage live in Parameter Store. */
export function keyPath(settings: Place): string {
  return `/assent/${settings.stage}/keys`
}

/** Where a stage says which restore its table must be of. */
export function restorePath(settings: Place): string {
  return `/assent/${settings.stage}/restore`
}
