import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toItem } from '../../functions/platform/table.ts'
import { type Change, packed } from '../../functions/tracking/write-together.ts'

const campaigns = ['00c0ffee00c0ffee', '0123456789abcdef']
const person = (n: number) => ({ pk: `C#${n}`, sk: 'C' })
const figures = (prefix: string, most: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: most })
    .map((names) => Object.fromEntries(names.map((n) => [`${prefix}${n}`, 1])))

/** As a message's hits make it: its own item, at times what its person followed, and the person checked. */
const change = fc
  .record({
    campaignId: fc.constantFrom(...campaigns),
    message: fc.integer({ min: 0, max: 1_000_000 }),
    contact: fc.integer({ min: 0, max: 30 }),
    followed: fc.integer({ min: 0, max: 4 }),
    checked: fc.boolean(),
    totals: figures('link:', 40),
    hours: figures('2026-11-2', 3),
  })
  .map(({ campaignId, message, contact, followed, checked, totals, hours }): Change => {
    const TableName = 'main'
    const messageId = message.toString(16).padStart(32, '0')
    return {
      campaignId,
      messageId,
      items: [
        {
          Update: {
            TableName,
            Key: toItem({ pk: `K#${campaignId}`, sk: `M#${messageId}` }),
            UpdateExpression: '',
          },
        },
        ...Array.from({ length: followed }, (_, n) => ({
          Put: { TableName, Item: toItem({ pk: 'E#1', sk: `${messageId}${n}` }) },
        })),
        ...(checked
          ? [
              {
                ConditionCheck: {
                  TableName,
                  Key: toItem(person(contact)),
                  ConditionExpression: '',
                },
              },
            ]
          : []),
      ],
      totals,
      hours,
      ttl: 1,
    }
  })
const changes = fc
  .array(change, { maxLength: 250 })
  .map((all) => [...new Map(all.map((each) => [each.messageId, each])).values()])

describe('many changes in one transaction', () => {
  test('each is in exactly one, in their order', () => {
    fc.assert(
      fc.property(changes, (all) => {
        expect(packed(all).flat()).toEqual(all)
      }),
    )
  })

  test('none names an item twice, holds more than a hundred, or more figures than an expression takes', () => {
    fc.assert(
      fc.property(changes, (all) => {
        for (const pack of packed(all)) {
          const keys = pack.flatMap(({ items }) =>
            items.map(({ Put, Update, ConditionCheck }) =>
              JSON.stringify(Put?.Item ?? Update?.Key ?? ConditionCheck?.Key),
            ),
          )
          expect(new Set(keys).size).toBe(keys.length)
          const totals = campaigns.map((id) => {
            const own = pack.filter(({ campaignId }) => campaignId === id)
            const days = new Set(own.flatMap(({ hours }) => Object.keys(hours)))
            expect(
              new Set(own.flatMap((each) => Object.keys(each.totals))).size,
            ).toBeLessThanOrEqual(120)
            return own.length === 0 ? 0 : 1 + days.size
          })
          expect(keys.length + totals.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(100)
        }
      }),
    )
  })

  test('what is too large for its limits alone takes nothing else along', () => {
    const totals = Object.fromEntries(Array.from({ length: 130 }, (_, n) => [`link:${n}`, 1]))
    const large = { campaignId: 'a', messageId: '0', items: [], totals, hours: {}, ttl: 1 }
    const small = { ...large, messageId: '1', totals: {} }
    expect(packed([small, large, small])).toEqual([[small], [large], [small]])
  })

  test('a hundred opens of a hundred messages take few', () => {
    const opens = Array.from({ length: 100 }, (_, n): Change => {
      const messageId = String(n).padStart(32, '0')
      const Key = toItem({ pk: `M#${messageId}`, sk: 'M' })
      return {
        campaignId: '00c0ffee00c0ffee',
        messageId,
        items: [{ Update: { TableName: 'main', Key, UpdateExpression: '' } }],
        totals: { 'open:human_likely': 1 },
        hours: { '2026-11-27T10:open': 1 },
        ttl: 1,
      }
    })
    expect(packed(opens).map(({ length }) => length)).toEqual([98, 2])
  })
})
