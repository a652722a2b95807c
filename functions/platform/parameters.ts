import { setTimeout as wait } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import type { ReadParameters } from './keyring.ts'
import { signedPost } from './signed-post.ts'

const pageSchema = v.object({
  Parameters: v.optional(v.array(v.unknown())),
  NextToken: v.optional(v.string()),
})

const attempts = 3
const answerWithinMs = 2000
const baseDelayMs = 50

/** SSM's `GetParametersByPath` without the SSM client. */
export function signedParameters(
  client: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
): ReadParameters {
  const ask = signedPost(client, {
    service: 'ssm',
    endpoint,
    contentType: 'application/x-amz-json-1.1',
    target: 'AmazonSSM.GetParametersByPath',
    answerWithinMs,
  })
  return async (input) => {
    const body = JSON.stringify(input)
    for (let attempt = 1; ; attempt++) {
      const outcome = await ask(body).then(outcomeOf, (fault: unknown) => ({ fault }))
      if ('page' in outcome) return outcome.page
      if (attempt === attempts) throw new Error('SSM did not answer', { cause: outcome.fault })
      await wait(Math.random() * baseDelayMs * 2 ** attempt)
    }
  }
}

type Page = v.InferOutput<typeof pageSchema>

/** A cut connection, a timeout and an overloaded service pass; a refusal does not. */
async function outcomeOf(answer: Response): Promise<{ page: Page } | { fault: unknown }> {
  const text = await answer.text()
  if (answer.ok) return { page: v.parse(v.pipe(v.string(), v.parseJson(), pageSchema), text) }
  const fault = new Error(`SSM answered ${answer.status}`)
  if (answer.status >= 500 || text.includes('Throttling')) return { fault }
  throw fault
}
