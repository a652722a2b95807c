import * as v from 'valibot'
import { type Choice, type Choices, choiceSchema } from '../consent/choices.ts'
import type { Standing } from '../consent/decide.ts'
import { contactPk } from '../consent/ledger.ts'
import { type AddressRecord, suppressedKinds } from './suppression.ts'
import { type DataKey, type Identity, openIdentity } from './vault.ts'

/** What we store of one person. Identity is sealed; choices lie beside it, one attribute each. */
export type Contact = {
  contactId: string
  sealed: Uint8Array
  addressKey: string
  language: string
  choices: Choices
  restricted: boolean
  /** Since when the person is being erased; left out when they are not. */
  erasing?: string
  /** They are being erased because nothing was heard of them, not because they asked. */
  lapsed?: true
  generation: number
  /** When the person last did something themself (SUPP-07); left out when they never have. */
  actedAt?: string
  /** Rises with every write, so that a change made on an old reading is made anew. */
  revision: number
}
/** A contact whose seal is open: only where a person, or a mail to them, needs it. */
export type OpenContact = Contact & { key: DataKey; identity: Identity }

const contactSchema = v.object({
  pk: v.string(),
  sealed: v.instance(Uint8Array),
  addressKey: v.string(),
  language: v.string(),
  restricted: v.optional(v.literal(true)),
  erasing: v.optional(v.string()),
  lapsed: v.optional(v.literal(true)),
  generation: v.number(),
  actedAt: v.optional(v.string()),
  revision: v.number(),
})

export const choiceAttribute = (purpose: string): string => `choice:${purpose}`
const choicePrefix = choiceAttribute('')

export const contactItemKey = (contactId: string): { pk: string; sk: string } => ({
  pk: contactPk(contactId),
  sk: 'C',
})
/** The owner name of a contact's data key: the key item's partition key in the Keys table. */
export const contactKeyOwner = contactPk

export function parseContact(item: Record<string, unknown>): Contact {
  const { pk, restricted, erasing, lapsed, actedAt, ...rest } = v.parse(contactSchema, item)
  const choices: Record<string, Choice> = {}
  for (const [attribute, value] of Object.entries(item)) {
    if (attribute.startsWith(choicePrefix)) {
      choices[attribute.slice(choicePrefix.length)] = v.parse(choiceSchema, value)
    }
  }
  return {
    ...rest,
    contactId: pk.slice(contactPk('').length),
    choices,
    restricted: restricted !== undefined,
    ...(erasing === undefined ? {} : { erasing }),
    ...(lapsed === undefined ? {} : { lapsed }),
    ...(actedAt === undefined ? {} : { actedAt }),
  }
}

export function openContact(contact: Contact, key: DataKey): OpenContact {
  return { ...contact, key, identity: openIdentity(key, 'contact', contact.sealed) }
}

/** The standing that `decide` asks for: contact and address together. */
export function standingOf(contact: Contact, address: AddressRecord): Standing {
  const { contactId, choices, restricted } = contact
  const erasing = contact.erasing !== undefined
  return { contactId, choices, restricted, erasing, suppressed: suppressedKinds(address) }
}
