import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFaultInjector } from '../../../infra/local/faults/fault-injector.ts'
import { type FaultRule, parseFaultPlan, readFaultPlan } from '../../../infra/local/faults/rule.ts'

const writer = { name: 'assent-local-writer', service: 'dynamodb' } as const
const strikes = (rules: FaultRule[], seed: number, count = 200) => {
  const injector = createFaultInjector()
  injector.set(rules, seed)
  return Array.from({ length: count }, () => injector.strike(writer, 'PutItem'))
}

describe('a fault', () => {
  it('strikes as often as its rule says, the same way again with the same seed', () => {
    const rules: FaultRule[] = [{ fault: 'throttle', probability: 0.25 }]
    const first = strikes(rules, 7)
    const struck = first.filter((fault) => fault !== undefined).length

    expect(strikes(rules, 7)).toEqual(first)
    expect(strikes(rules, 8)).not.toEqual(first)
    expect(struck).toBeGreaterThan(25)
    expect(struck).toBeLessThan(75)
  })

  it.each([
    [{ fault: 'error', service: 's3' }, false],
    [{ fault: 'error', service: 'dynamodb' }, true],
    [{ fault: 'error', action: 'GetItem' }, false],
    [{ fault: 'error', action: 'PutItem' }, true],
    [{ fault: 'error', function: 'reader' }, false],
    [{ fault: 'error', function: 'writer' }, true],
    [{ fault: 'error', function: 'assent-local-writer' }, true],
    [{ fault: 'error', function: 'iter' }, false],
    [{ fault: 'error', probability: 0 }, false],
  ] satisfies [FaultRule, boolean][])('by %j strikes a writer’s PutItem: %s', (rule, expected) => {
    expect(strikes([rule], 1, 1)[0] !== undefined).toBe(expected)
  })

  it('is a conflict only where DynamoDB knows conflicts', () => {
    const injector = createFaultInjector()
    injector.set([{ fault: 'conflict', service: 'dynamodb' }])
    expect(injector.strike(writer, 'Query')).toBeUndefined()
    expect(injector.strike(writer, 'TransactWriteItems')).toBe('conflict')
  })

  it('refuses one of many only where SES takes many', () => {
    const sender = { name: 'assent-local-sender', service: 'ses' } as const
    const injector = createFaultInjector()
    injector.set([{ fault: 'refuse-one', service: 'ses' }])
    expect(injector.strike(sender, 'SendEmail')).toBeUndefined()
    expect(injector.strike(sender, 'SendBulkEmail')).toBe('refuse-one')
  })

  it('ends after its times, then gives way to the next rule, until all is cleared', () => {
    const injector = createFaultInjector()
    injector.set([{ fault: 'error', times: 2 }, { fault: 'throttle' }])
    const seen = Array.from({ length: 3 }, () => injector.strike(writer, 'PutItem'))

    expect(seen).toEqual(['error', 'error', 'throttle'])
    expect(injector.struck()).toEqual([2, 1])
    injector.clear()
    expect(injector.strike(writer, 'PutItem')).toBeUndefined()
    expect(injector.struck()).toEqual([])
  })
})

describe('a file of faults', () => {
  it.each([
    [{ rules: [{ fault: 'meteor' }] }, 'rules.0.fault'],
    [{ rules: [{ fault: 'error', probability: 2 }] }, 'rules.0.probability'],
    [{ rules: [{ fault: 'error', servce: 's3' }] }, 'rules.0.servce'],
    [{ rules: [{ fault: 'conflict', service: 's3' }] }, 'a conflict is a fault of'],
    [{ rules: [{ fault: 'refuse-one', service: 'sqs' }] }, 'only ses takes many at once'],
    [{ seed: 'x', rules: [] }, 'seed'],
    [[], 'plan.json'],
  ])('%j is refused with a word on where', (input, word) => {
    expect(() => parseFaultPlan(input, 'plan.json')).toThrow(word)
  })

  it('is read from JSON, and refused by name when it is none', () => {
    const directory = mkdtempSync(join(tmpdir(), 'assent-faults-'))
    const file = join(directory, 'plan.json')
    writeFileSync(file, '{"rules":[{"fault":"cut-after","service":"ses","probability":0.5}]}')
    expect(readFaultPlan(file)).toEqual({
      seed: 1,
      rules: [{ fault: 'cut-after', service: 'ses', probability: 0.5 }],
    })
    writeFileSync(file, '{"rules":')
    expect(() => readFaultPlan(file)).toThrow(`${file} cannot be read as JSON`)
    expect(() => readFaultPlan(join(directory, 'none'))).toThrow('none cannot be read')
    rmSync(directory, { recursive: true })
  })
})
