import { expect } from 'vitest'
import type { Outcome } from '../../infra/local/lambda-worker.ts'

export type HandlerAnswer = { statusCode: number; headers: Record<string, string>; body: string }

/**
 * What a handler behind the HTTP API gave back: never a fault, in the shape of payload 2.0, with the
 * headers of every answer, and nothing of its inside (SEC-06, SEC-12).
 */
export function httpAnswer(outcome: Outcome): HandlerAnswer {
  expect(outcome.kind, JSON.stringify(outcome)).toBe('result')
  const { statusCode, headers, body, ...more } = resultOf(outcome) as HandlerAnswer
  expect(Object.keys(more).filter((key) => key !== 'isBase64Encoded')).toEqual([])
  expect(Number.isInteger(statusCode) && statusCode >= 200 && statusCode < 600).toBe(true)
  expect(typeof body).toBe('string')
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      expect(typeof value, name).toBe('string')
      return [name.toLowerCase(), value]
    }),
  )
  // The public keys of receipts are the one answer that is the same for everybody.
  const forAll = body.startsWith('{"keys":')
  expect(lowered['cache-control']).toBe(forAll ? 'public, max-age=300' : 'no-store')
  expect(lowered['content-type'], body).toMatch(
    /^(text\/html|image\/gif|application\/(problem\+)?json)/,
  )
  expect(Object.keys(lowered)).not.toContain('set-cookie')
  expect(body).not.toMatch(
    / at \w+ \(|node:internal|TypeError|ValiError|SyntaxError|\.ts:\d|arn:aws/,
  )
  if (lowered['content-type']?.startsWith('application/problem+json')) {
    expect(JSON.parse(body)).toMatchObject({ status: statusCode, code: expect.any(String) })
  }
  return { statusCode, headers: lowered, body }
}

/** The messages that a queue's handler gives back as not done: some of those that it was given. */
export function failedMessages(outcome: Outcome, given: readonly string[]): string[] {
  expect(outcome.kind, JSON.stringify(outcome)).toBe('result')
  const report = resultOf(outcome) as { batchItemFailures: { itemIdentifier: string }[] }
  expect(Object.keys(report)).toEqual(['batchItemFailures'])
  const failed = report.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  expect(failed.filter((id) => !given.includes(id))).toEqual([])
  return failed
}

const resultOf = (outcome: Outcome): unknown =>
  outcome.kind === 'result' ? outcome.value : outcome
