import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { powertoolsLog } from '../../../functions/platform/log.ts'

let lines: string[] = []
beforeEach(() => {
  lines = []
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  for (const level of ['debug', 'info', 'warn', 'error', 'log'] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => {
      lines.push(String(line))
    })
  }
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const written = (): Record<string, unknown> => JSON.parse(lines[0] ?? '{}')

describe('a log line', () => {
  test('SEC-14: a fault is told by its kind, its causes and where it arose', () => {
    class QuietError extends Error {
      override readonly name = 'QuietError'
    }
    const fault = new Error('outer', { cause: new QuietError('inner') })
    powertoolsLog().fault('a request failed', fault, { route: '/u' })
    expect(written()).toMatchObject({
      level: 'ERROR',
      message: 'a request failed',
      route: '/u',
      fault: 'Error',
      causes: ['QuietError'],
    })
    expect(written().at).not.toHaveLength(0)
    expect(String(written().at)).toContain('log.test.ts')
  })

  test.each([
    ['its message', new Error('ola@example.org could not be mailed')],
    ['the message of its cause', new Error('x', { cause: new Error('ola@example.org') })],
    [
      'a message of several lines',
      new Error('bad body:\n    at ola@example.org\nat ola@example.org'),
    ],
    ['a text that was thrown', 'ola@example.org'],
    ['an object that was thrown', { email: 'ola@example.org' }],
  ])('SEC-14: of a fault, %s is never written', (_, fault) => {
    powertoolsLog().fault('a request failed', fault)
    expect(lines).toHaveLength(1)
    expect(lines.join()).not.toContain('ola@')
  })

  test('a chain of causes that bites its own tail ends', () => {
    const fault = new Error('x')
    fault.cause = fault
    powertoolsLog().fault('a request failed', fault)
    expect(written().causes).toHaveLength(4)
  })

  test('what went well is told with its fields', () => {
    powertoolsLog().info('exported', { count: 12, shard: '07' })
    expect(written()).toMatchObject({ level: 'INFO', message: 'exported', count: 12, shard: '07' })
  })
})
