import * as v from 'valibot'
import type { Caller } from './caller.ts'
import type { ReadParameters } from './keyring.ts'
import { signedRead } from './signed-read.ts'

const pageSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ Parameters: v.optional(v.array(v.unknown())), NextToken: v.optional(v.string()) }),
)

/** SSM's `GetParametersByPath` without the SSM client. */
export function signedParameters(caller: Caller, endpoint: URL): ReadParameters {
  const read = signedRead(caller, {
    service: 'ssm',
    endpoint,
    contentType: 'application/x-amz-json-1.1',
    target: 'AmazonSSM.GetParametersByPath',
  })
  return async (input) => v.parse(pageSchema, await read(input))
}
