import type { Change, StoredState } from './choices.ts'
import type { LedgerEntry } from './ledger.ts'
import { shownWording } from './notice.ts'
import { declarationOf, directMarketing, inLanguage, type Policy } from './policy.ts'

/**
 * One consent event as a record of ISO/IEC TS 27560, in the field names of its text, with a context that
 * ties each to the Data Privacy Vocabulary (DPV), so that another system can read what was agreed
 * without knowing us (REC-02). It says the same whenever it is made, so its signature never changes.
 */
export const receiptVersion = 'assent-receipt/1'
const profile = 'https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr'

/** Offline: nothing here is fetched to read a receipt. What DPV has no word for is ours. */
const context = {
  '@version': 1.1,
  '@vocab': 'urn:assent:receipt:1#',
  dpv: 'https://w3id.org/dpv#',
  dct: 'http://purl.org/dc/terms/',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  schema_version: 'dct:conformsTo',
  record_id: 'dct:identifier',
  pii_principal_id: 'dpv:hasDataSubject',
  pii_processing: 'dpv:hasProcess',
  privacy_notice: 'dpv:hasNotice',
  purposes: 'dpv:hasPurpose',
  lawful_basis: { '@id': 'dpv:hasLegalBasis', '@type': '@id' },
  pii_information: 'dpv:hasPersonalData',
  pii_controllers: 'dpv:hasDataController',
  storage_locations: 'dpv:hasStorageCondition',
  recipient_third_parties: 'dpv:hasRecipientThirdParty',
  withdrawal_method: 'dpv:hasConsentControl',
  privacy_rights: { '@id': 'dpv:hasRight', '@type': '@id' },
  jurisdiction: 'dpv:hasJurisdiction',
  authority_party: 'dpv:hasAuthority',
  event_time: 'dpv:isIndicatedAtTime',
  entity_id: 'dpv:isIndicatedBy',
  event_state: { '@id': 'dpv:hasConsentStatus', '@type': '@id' },
  language: 'dct:language',
}

const consentStates: Record<StoredState, string> = {
  given: 'dpv:ConsentGiven',
  // The consent stands; nothing is sent until the day it names.
  paused: 'dpv:ConsentGiven',
  expired: 'dpv:ConsentExpired',
  refused: 'dpv:ConsentRefused',
  withdrawn: 'dpv:ConsentWithdrawn',
  objected: 'dpv:ConsentWithdrawn',
}
const lawfulBases = {
  consent: 'eu-gdpr:A6-1-a',
  // Rests on the ePrivacy directive, art. 13(2), which DPV has no word for.
  existing_customer: 'urn:assent:receipt:1#existing_customer',
  legitimate_interest: 'eu-gdpr:A6-1-f',
}
const rights = ['A7-3', 'A15', 'A16', 'A17', 'A18', 'A20', 'A21', 'A77'].map(
  (article) => `eu-gdpr:${article}`,
)

export type Receipt = Readonly<Record<string, unknown>>
export type ReceiptOf = {
  contactId: string
  entry: LedgerEntry
  /** What the form behind it had asked for. */
  asked: readonly string[] | undefined
  origin: string
}

export function consentReceipt(policy: Policy, of: ReceiptOf): Receipt {
  const { contactId, entry } = of
  const { kind, at, ledgerId, changes, evidence } = entry
  const states = changes.map((change) => ({
    purpose: change.purpose,
    event_time: at.toISOString(),
    ...validity(policy, change),
    entity_id: evidence.actor,
    event_type: kind,
    event_state: consentStates[change.state],
    choice_state: change.state,
  }))
  const requested = {
    event_time: at.toISOString(),
    entity_id: evidence.actor,
    event_type: kind,
    event_state: 'dpv:ConsentRequested',
  }
  return {
    '@context': context,
    '@type': 'dpv:ConsentReceipt',
    schema_version: profile,
    receipt_version: receiptVersion,
    record_id: ledgerId,
    receipt_id: `urn:uuid:${ledgerId}`,
    pii_principal_id: contactId,
    pii_processing: processing(policy, of),
    party_identification: parties(policy),
    // An entry that changes nothing is the first of two steps: somebody was asked (CONS-03).
    events: states.length === 0 ? [requested] : states,
    ...additional(policy, of),
  }
}

function processing(policy: Policy, { entry, origin }: ReceiptOf) {
  const { changes, evidence, noticeVersion } = entry
  const { controller, retention, storage } = policy
  const named = changes.length > 0 ? changes.map(({ purpose }) => purpose) : (evidence.asked ?? [])
  const bases = new Map(changes.map(({ purpose, basis }) => [purpose, basis]))
  const language = evidence.language ?? policy.languages[0] ?? ''
  return named.map((purpose) => {
    const declared = declarationOf(policy, purpose)
    return {
      privacy_notice: `${origin}/notice/`,
      notice_version: noticeVersion,
      language,
      purposes: [purpose],
      ...(declared === undefined
        ? {}
        : { purpose_name: inLanguage(policy, declared.name, language) }),
      purpose_type: purpose === directMarketing ? 'all' : 'dpv:DirectMarketing',
      lawful_basis: lawfulBases[bases.get(purpose) ?? 'consent'],
      pii_information: [{ pii_type: 'contact', pii_attribute_id: 'email', pii_optional: false }],
      pii_controllers: ['controller'],
      collection_method: evidence.method,
      processing_method: 'automated',
      storage_locations: [storage],
      retention_period: `P${retention.evidence}D`,
      jurisdiction: controller.country,
      recipient_third_parties: Object.entries(policy.recipients)
        .filter(([, { receives }]) => receives.includes(purpose))
        .map(([id]) => id),
      withdrawal_method: `${origin}/preferences/`,
      privacy_rights: rights,
      authority_party: 'authority',
    }
  })
}

function parties({ controller, authority, recipients, languages }: Policy) {
  const [first = ''] = languages
  return [
    {
      party_id: 'controller',
      party_name: controller.name,
      party_address: `${controller.address}, ${controller.country}`,
      party_contact: controller.email,
      party_type: 'dpv:DataController',
      party_email: controller.email,
      party_url: controller.website,
      ...(controller.phone === undefined ? {} : { party_phone: controller.phone }),
    },
    ...Object.entries(recipients).map(([id, { name, country }]) => ({
      party_id: id,
      party_name: name,
      party_address: country,
      party_contact: controller.email,
      party_type: 'dpv:ThirdParty',
    })),
    {
      party_id: 'authority',
      party_name: authority.name[first] ?? '',
      party_address: controller.country,
      party_contact: authority.website,
      party_type: 'dpv:DataProtectionAuthority',
      party_url: authority.website,
    },
  ]
}

function validity({ consent }: Policy, { state, until }: Change) {
  return {
    ...(state === 'given' && consent.validityMonths !== null
      ? { validity_duration: `P${consent.validityMonths}M` }
      : {}),
    ...(until === undefined ? {} : { paused_until: until }),
  }
}

/** What the standard has no field for, and a proof needs: both opt-in steps, the exact words (CONS-04). */
function additional(policy: Policy, { entry, asked }: ReceiptOf) {
  const { evidence } = entry
  const fields = {
    actor: evidence.actor,
    locale: evidence.language,
    form: evidence.form,
    page_url: evidence.pageUrl,
    notice_sha256: evidence.noticeSha256,
    wording: shownWording(policy, entry, asked),
    doi_requested_at: evidence.requestedAt,
    doi_sent_at: evidence.mailedAt,
    doi_confirmed_at: evidence.confirmedAt,
    asked: evidence.asked,
    source: evidence.source,
    evidence_kind: evidence.evidenceKind,
    evidence_ref: evidence.evidenceRef,
    opt_out_offered: evidence.optOutOffered,
    import_id: evidence.importId,
    imported_at: evidence.importedAt,
    undoes: evidence.undoes,
    request_id: evidence.requestId,
    privacy_signal: evidence.privacySignal,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
