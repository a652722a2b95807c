import type { Act } from '../consent/choices.ts'
import type { Evidence, LedgerEntry } from '../consent/ledger.ts'
import { addressKeys } from '../contact/address.ts'
import { change } from '../contact/change.ts'
import { type OpenContact, standingOf } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { createContact } from '../contact/create.ts'
import { type AddressRecord, readAddress, suppressedKinds } from '../contact/suppression.ts'
import { type DataKey, type Identity, sealIdentity } from '../contact/vault.ts'
import { repeatableId } from '../platform/id.ts'
import type { StoredImport } from './import-record.ts'
import type { Row } from './import-row.ts'
import { type Importable, importable, type LeftOut } from './importable.ts'

export type Imported = {
  outcome: 'created' | 'changed' | 'unchanged' | 'left-out' | 'would-create' | 'would-change'
  leftOut: readonly LeftOut[]
  /** Whom to tell where we have them from. */
  tell?: { contactId: string; ledgerId: string }
}

export type Person = {
  stored: StoredImport
  /** Where in the file they stand. */
  row: number
  parsed: Row
  now: Date
}

const attempts = 6

/**
 * Enters one row: makes a contact, or adds to one what nobody has said no to. Nothing else of a contact is
 * written, neither name nor address. Done again it finds what it did, since its entries have the same ids.
 * @throws when the tables cannot be reached: nothing of this row was stored.
 */
export async function importPerson(store: ContactStore, person: Person): Promise<Imported> {
  const { email } = person.parsed.identity
  for (let attempt = 0; attempt < attempts; attempt++) {
    const address = await readAddress(store.tables, addressKeys(email, await store.keys('address')))
    // Also under a key version of before, where a contact is not looked up (SUPP-03).
    if (suppressedKinds(address).length > 0) return leftOut('suppressed')
    const imported =
      address.contactId === undefined
        ? await importNew(store, person, address)
        : await importKnown(store, person, address.contactId)
    if (imported !== undefined) return imported
  }
  throw new Error('somebody kept changing while they were being imported')
}

const leftOut = (...reasons: LeftOut[]): Imported => ({ outcome: 'left-out', leftOut: reasons })

/** Undefined when somebody else was first: then they are known by now, or have said no. */
async function importNew(
  store: ContactStore,
  person: Person,
  address: AddressRecord,
): Promise<Imported | undefined> {
  const { policy } = store
  const { parsed, now, stored } = person
  // The sweep would forget them tonight.
  const forgotten = now.getTime() - policy.retention.inactiveContact * 86_400_000
  if (parsed.collected.getTime() <= forgotten) return leftOut('too-old')
  const act = actOf(person, 'created')
  const nobody = { contactId: '', choices: {}, restricted: false, erasing: false, suppressed: [] }
  const { declaration } = stored.record
  const wanted = importable(policy, nobody, { act, declaration, now })
  if (wanted.changes.length === 0) return leftOut(...wanted.leftOut)
  if (declaration.dryRun) return { outcome: 'would-create', leftOut: wanted.leftOut }
  const { identity } = parsed
  const created = await createContact(store, {
    address,
    language: parsed.language,
    plan: (_, key) => ({
      at: now,
      entries: [entryOf(person, act, { wanted, key, identity })],
      identity,
    }),
  })
  if (created.kind === 'refused') return undefined
  const tell = { contactId: created.contact.contactId, ledgerId: act.ledgerId }
  return { outcome: 'created', leftOut: wanted.leftOut, tell }
}

async function importKnown(
  store: ContactStore,
  person: Person,
  contactId: string,
): Promise<Imported | undefined> {
  const { parsed, now, stored } = person
  const { declaration } = stored.record
  const { email } = parsed.identity
  const act = actOf(person, 'changed')
  let wanted: Importable = { changes: [], leftOut: [] }
  let isTheirs = true
  const changed = await change(store, contactId, (contact, address) => {
    isTheirs = contact.identity.email === email
    wanted = importable(store.policy, standingOf(contact, address), { act, declaration, now })
    if (!isTheirs || wanted.changes.length === 0 || declaration.dryRun) return undefined
    const { key } = contact
    return { at: now, entries: [entryOf(person, act, { wanted, key, identity: { email } })] }
  })
  // Erased, or moved to another address, since the address was read.
  if (changed.kind === 'no-contact' || !isTheirs) return undefined
  if (declaration.dryRun && wanted.changes.length > 0) {
    return { outcome: 'would-change', leftOut: wanted.leftOut }
  }
  const before = outcomeBefore(person, changed.contact)
  const outcome = changed.kind === 'changed' ? 'changed' : before?.outcome
  if (outcome === undefined) {
    return {
      outcome: wanted.leftOut.length > 0 ? 'left-out' : 'unchanged',
      leftOut: wanted.leftOut,
    }
  }
  const ledgerId = before?.ledgerId ?? act.ledgerId
  return { outcome, leftOut: wanted.leftOut, tell: { contactId, ledgerId } }
}

/** What this very row did to them when it was worked off before, if that still stands. */
function outcomeBefore(
  person: Person,
  { choices }: OpenContact,
): { outcome: 'created' | 'changed'; ledgerId: string } | undefined {
  for (const outcome of ['created', 'changed'] as const) {
    const { ledgerId } = actOf(person, outcome)
    if (Object.values(choices).some((choice) => choice.ledgerId === ledgerId)) {
      return { outcome, ledgerId }
    }
  }
  return undefined
}

/** An imported yes is as old as its evidence: the same file imported twice says the same thing twice. */
function actOf({ stored, row, parsed }: Person, what: 'created' | 'changed'): Act {
  return {
    kind: 'import',
    at: parsed.collected,
    ledgerId: repeatableId(parsed.collected, `${stored.importId}|${row}|${what}`),
    noticeVersion: stored.record.declaration.noticeVersion,
    changes: [],
  }
}

function entryOf(
  { stored, parsed, now }: Person,
  act: Act,
  { wanted, key, identity }: { wanted: Importable; key: DataKey; identity: Identity },
): LedgerEntry {
  const { source, evidence: declared } = stored.record.declaration
  const evidence: Evidence = {
    actor: 'import',
    method: 'import',
    language: parsed.language,
    source,
    evidenceKind: declared.kind,
    evidenceRef: parsed.evidenceRef,
    ...(declared.optOutOffered === undefined ? {} : { optOutOffered: declared.optOutOffered }),
    importId: stored.importId,
    importedAt: now.toISOString(),
  }
  const { email, name } = identity
  const sealed = sealIdentity(key, 'ledger', name === undefined ? { email } : { email, name })
  return { ...act, changes: wanted.changes, evidence, sealed }
}
