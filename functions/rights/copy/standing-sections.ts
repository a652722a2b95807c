import { decide } from '../../consent/decide.ts'
import { type Policy, purposeIds } from '../../consent/policy.ts'
import { type OpenContact, standingOf } from '../../contact/contact.ts'
import { type AddressRecord, suppressedKinds } from '../../contact/suppression.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

type Held = { contact: OpenContact; address: AddressRecord }

/** Who they are to us: what is sealed, and whatever lies beside it. */
export function profileSection({ contact }: Held): CopySection {
  const { identity, key: _key, sealed: _sealed, choices: _choices, ...beside } = contact
  return {
    id: 'profile',
    art20: true,
    columns: [
      ...columns('text', 'email', 'name', 'company', 'title', 'phone', 'language'),
      ...columns('word', 'restricted'),
      ...columns('time', 'erasing', 'actedAt'),
      ...columns('machine', 'contactId', 'addressKey', 'generation', 'revision'),
    ],
    rows: [rowOf({ ...identity, ...beside })],
  }
}

/** What they said of each topic and purpose, and whether we may at this moment. */
export function choicesSection(policy: Policy, held: Held, now: Date): CopySection {
  const { contact, address } = held
  const standing = standingOf(contact, address)
  const ids = new Set([...purposeIds(policy), ...Object.keys(contact.choices)])
  return {
    id: 'choices',
    art20: true,
    columns: [
      ...columns('purpose', 'purpose'),
      ...columns('word', 'on', 'state', 'basis'),
      ...columns('time', 'at', 'until'),
      ...columns('text', 'noticeVersion'),
      ...columns('id', 'ledgerId'),
      ...columns('machine', 'rank'),
    ],
    rows: [...ids].map((purpose): Row => {
      const choice = contact.choices[purpose]
      const on = decide(policy, standing, purpose, now).may
      return rowOf({ purpose, on, state: 'unknown', ...choice })
    }),
  }
}

/** Why an address is not mailed. It lies under a keyed hash, which is all that an erasure leaves. */
export function suppressionsSection({ address }: Held): CopySection {
  return {
    id: 'suppressions',
    art20: false,
    columns: [
      ...columns('word', 'kind'),
      ...columns('time', 'at'),
      ...columns('machine', 'addressKey'),
    ],
    rows: suppressedKinds(address).map((kind) =>
      rowOf({ kind, at: address.suppressions[kind], addressKey: address.addressKey }),
    ),
  }
}
