import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { orderedId } from '../platform/id.ts'
import { type Tables, toItem, ttlAt } from '../platform/table.ts'
import { type Act, actKinds, type Choice, type Choices, changeSchema, choiceOf } from './choices.ts'
import type { SuppressionKind } from './decide.ts'
import { evidenceKind } from './import-evidence.ts'
import type { Policy } from './policy.ts'

/**
 * The append-only history (REC-01). Each act is one entry; nothing here can change or remove one, and
 * no function's role may either. What could name a person is sealed under their own key.
 */

const actors = ['person', 'mailbox-provider', 'staff', 'import', 'system'] as const
const methods = [
  'form',
  'confirm-page',
  'one-click',
  'unsubscribe-page',
  'preference-page',
  'mail-event',
  'staff',
  'import',
  'carried-over',
  'sweep',
] as const

/** The evidence of requirements §9, apart from the act itself. */
export const evidenceSchema = v.object({
  actor: v.picklist(actors),
  method: v.picklist(methods),
  language: v.optional(v.string()),
  /** SHA-256 of the exact wording shown (CONS-04). */
  noticeSha256: v.optional(v.string()),
  form: v.optional(v.string()),
  pageUrl: v.optional(v.string()),
  campaign: v.optional(v.string()),
  signUpId: v.optional(v.string()),
  /** When the form asked, when the letter left, when the button was pressed: both opt-in steps. */
  requestedAt: v.optional(v.string()),
  mailedAt: v.optional(v.string()),
  confirmedAt: v.optional(v.string()),
  asked: v.optional(v.array(v.string())),
  /** CONS-14: where a staff-entered or imported person comes from. */
  source: v.optional(v.string()),
  evidenceKind: v.optional(evidenceKind),
  evidenceRef: v.optional(v.string()),
  /** CONS-11: a customer could say no when the address was asked for. */
  optOutOffered: v.optional(v.literal(true)),
  importId: v.optional(v.string()),
  importedAt: v.optional(v.string()),
  /** The ledger entry that an undo takes back. */
  undoes: v.optional(v.string()),
  requestId: v.optional(v.string()),
  /** The browser sent Global Privacy Control with this act (GPC-03). */
  privacySignal: v.optional(v.literal(true)),
})
export type Evidence = v.InferOutput<typeof evidenceSchema>

const entrySchema = v.object({
  sk: v.string(),
  kind: actKinds,
  at: v.pipe(v.string(), v.isoTimestamp()),
  noticeVersion: v.number(),
  changes: v.array(changeSchema),
  evidence: evidenceSchema,
  sealed: v.optional(v.instance(Uint8Array)),
})
export type LedgerEntry = Act & { evidence: Evidence; sealed?: Uint8Array }

export const contactPk = (contactId: string): string => `C#${contactId}`

/** The write of one entry; part of the transaction that changes the state. */
export function ledgerPut(
  tables: Pick<Tables, 'ledger'>,
  policy: Policy,
  contactId: string,
  entry: LedgerEntry,
): TransactWriteItem {
  const { kind, at, ledgerId, noticeVersion, changes, evidence, sealed } = entry
  return {
    Put: {
      TableName: tables.ledger,
      Item: toItem({
        pk: contactPk(contactId),
        sk: ledgerId,
        kind,
        at: at.toISOString(),
        noticeVersion,
        changes,
        evidence,
        sealed,
        ttl: ttlAt(at, policy.retention.evidence),
      }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

/** Reads back one stored entry. @throws when the stored item is not one we ever write. */
export function parseEntry(item: Record<string, unknown>): LedgerEntry {
  const { sk, at, sealed, ...rest } = v.parse(entrySchema, item)
  return { ...rest, ledgerId: sk, at: new Date(at), ...(sealed === undefined ? {} : { sealed }) }
}

/**
 * Whether the person did it themself, also by way of their mailbox: staff, imports and the clock keep
 * nobody from being forgotten (SUPP-07), nor does a refusal that we carried over from before.
 */
export function isOwnAct({ actor, method }: Evidence): boolean {
  return (actor === 'person' || actor === 'mailbox-provider') && method !== 'carried-over'
}

/**
 * The choices that a history amounts to (invariant 2): of all that its entries changed, what ranks
 * highest. The same for every order of the entries.
 */
export function fold(entries: readonly LedgerEntry[]): Choices {
  const choices: Record<string, Choice> = {}
  for (const entry of entries) {
    for (const change of entry.changes) {
      const made = choiceOf(entry, change)
      const standing = choices[change.purpose]
      if (standing === undefined || standing.rank < made.rank) choices[change.purpose] = made
    }
  }
  return choices
}

const suppressionShards = 16
/** The partition that holds the suppressions of an address, and those of many others. */
export const suppressionPk = (addressKey: string): string =>
  `S#${addressKey.charCodeAt(addressKey.length - 1) % suppressionShards}`

/** SUPP-01: what stays of a suppression in the history: the hash, its kind, its date; no contact. */
export function suppressionPut(
  tables: Pick<Tables, 'ledger'>,
  suppression: { addressKey: string; kind: SuppressionKind; at: Date },
): TransactWriteItem {
  const { addressKey, kind, at } = suppression
  return {
    Put: {
      TableName: tables.ledger,
      Item: toItem({
        pk: suppressionPk(addressKey),
        sk: orderedId(at),
        addressKey,
        kind,
        at: at.toISOString(),
      }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

/** Staff actions, by day: who did what to which thing, by ids only (SEC-13). */
export function auditPut(
  tables: Pick<Tables, 'ledger'>,
  audit: {
    at: Date
    staff: string
    action: string
    subject: string
    details: Record<string, unknown>
  },
): { TableName: string; Item: ReturnType<typeof toItem>; ConditionExpression: string } {
  const { at, ...rest } = audit
  return {
    TableName: tables.ledger,
    Item: toItem({
      pk: `AUDIT#${at.toISOString().slice(0, 10)}`,
      sk: orderedId(at),
      at: at.toISOString(),
      ...rest,
    }),
    ConditionExpression: 'attribute_not_exists(pk)',
  }
}
