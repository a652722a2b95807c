import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import {
  auditPut,
  fold,
  type LedgerEntry,
  ledgerPut,
  parseEntry,
  suppressionPut,
} from '../../../functions/consent/ledger.ts'
import { fromItem, type Tables } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { act, dawn, given, later, withdrawn } from '../../support/acts.ts'

/** Never called: these tests look at what would be written. */
const db = new DynamoDBClient({ region: 'eu-north-1' })
const tables: Tables = { db, main: 'Main', ledger: 'Ledger', keys: 'Keys' }
const contactId = '11111111-2222-4333-8444-555555555555'

const entry: LedgerEntry = {
  ...act('confirm', dawn, given('newsletter')),
  evidence: {
    actor: 'person',
    method: 'confirm-page',
    language: 'nb',
    noticeSha256: 'ab'.repeat(32),
    form: 'sign-up-1',
    signUpId: 'a1',
    requestedAt: '2026-11-02T08:55:00.000Z',
    confirmedAt: '2026-11-02T09:00:00.000Z',
    asked: ['newsletter'],
  },
  sealed: Uint8Array.of(1, 2, 3),
}

const put = (of: LedgerEntry) => ledgerPut(tables, policy, contactId, of).Put
const stored = (of: LedgerEntry): Record<string, unknown> => fromItem(put(of)?.Item ?? {})

describe('an entry', () => {
  test('REC-01: it can be written once and never over another', () => {
    expect(put(entry)).toMatchObject({
      TableName: 'Ledger',
      ConditionExpression: 'attribute_not_exists(pk)',
    })
  })

  test('CONS-04: everything that proves a consent comes back as it went in', () => {
    expect(parseEntry(stored(entry))).toEqual(entry)
  })

  test('REC-01: it is filed under its contact and its own time-ordered id', () => {
    expect(stored(entry)).toMatchObject({ pk: `C#${contactId}`, sk: entry.ledgerId })
  })

  test('SUPP-06: it lives as long as the evidence period of the policy', () => {
    const days = policy.retention.evidence
    expect(stored(entry).ttl).toBe(dawn.getTime() / 1000 + days * 86_400)
  })

  test.each([
    ['kind', 'wiped'],
    ['at', 'yesterday'],
    ['changes', [{ purpose: 'newsletter', state: 'unknown' }]],
    ['evidence', { actor: 'robot', method: 'form' }],
    ['noticeVersion', '1'],
  ])('REC-01: an item whose %s is not one we write is not read as history', (field, value) => {
    expect(() => parseEntry({ ...stored(entry), [field]: value })).toThrow()
  })
})

describe('the fold of a history', () => {
  test('REC-01: a withdrawal does not overwrite the grant; the state follows from both', () => {
    const no: LedgerEntry = {
      ...act('one-click', later(10), withdrawn('newsletter')),
      evidence: { actor: 'mailbox-provider', method: 'one-click' },
    }
    expect(fold([entry, no]).newsletter?.state).toBe('withdrawn')
    expect(fold([no, entry])).toEqual(fold([entry, no]))
    expect(fold([entry]).newsletter?.state).toBe('given')
    expect(fold([])).toEqual({})
  })

  test('CONS-17: entries of one moment fold alike in every order, down to the entry they name', () => {
    const entries = [
      act('one-click', dawn, withdrawn('newsletter')),
      act('confirm', later(20), given('newsletter')),
      act('one-click', later(20), withdrawn('newsletter')),
    ].map((each): LedgerEntry => ({ ...each, evidence: entry.evidence }))
    const [first, second, third] = entries as [LedgerEntry, LedgerEntry, LedgerEntry]
    for (const order of [entries, [third, second, first], [first, third, second]]) {
      expect(fold(order).newsletter?.ledgerId).toBe(third.ledgerId)
    }
  })
})

describe('what is written beside', () => {
  test('SUPP-01: a suppression holds the hash, its kind and its date, and no contact', () => {
    const item = fromItem(
      suppressionPut(tables, { addressKey: 'A#1#hash', kind: 'erasure', at: dawn }).Put?.Item ?? {},
    )
    expect(Object.keys(item).sort()).toEqual(['addressKey', 'at', 'kind', 'pk', 'sk'])
    expect(item).toMatchObject({ addressKey: 'A#1#hash', kind: 'erasure', at: dawn.toISOString() })
    expect(item.pk).toMatch(/^S#\d+$/)
  })

  test('SUPP-05: it never expires by itself', () => {
    const { Put } = suppressionPut(tables, { addressKey: 'A#1#hash', kind: 'objection', at: dawn })
    expect(Put?.Item).not.toHaveProperty('ttl')
  })

  test('SEC-13: a staff action is filed by its day in UTC, and written once', () => {
    const late = new Date('2026-11-02T23:59:59.999Z')
    const audit = auditPut(tables, {
      at: late,
      staff: 'staff-7',
      action: 'export-requested',
      subject: 'export-1',
      details: { rows: 12 },
    })
    expect(fromItem(audit.Item)).toMatchObject({
      pk: 'AUDIT#2026-11-02',
      at: late.toISOString(),
      staff: 'staff-7',
      details: { rows: 12 },
    })
    expect(audit.ConditionExpression).toBe('attribute_not_exists(pk)')
  })
})
