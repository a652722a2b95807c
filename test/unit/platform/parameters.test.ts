import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import { signedParameters } from '../../../functions/platform/parameters.ts'
import { awsThatSays, type Call, type Reply } from '../../support/aws-that-says.ts'

const region = 'eu-north-1'
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b' }
const caller = { region, credentials }
const input = { Path: '/assent/test/keys/ring/', WithDecryption: true } as const
const page = { Parameters: [{ Name: '/assent/test/keys/ring/1', Value: '{}' }], NextToken: 'next' }
const fine: Reply = { status: 200, body: JSON.stringify(page) }

describe('reading parameters without the SSM client', () => {
  it('asks for what the SSM client would ask, signed for the same scope and headers', async () => {
    const { url, calls } = await awsThatSays(fine)
    expect(await signedParameters(caller, new URL(url))({ ...input, NextToken: 'n' })).toEqual(page)
    const client = new SSMClient({ region, credentials, endpoint: url })
    await client.send(new GetParametersByPathCommand({ ...input, NextToken: 'n' }))

    const [ours, theirs] = calls
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''))
    for (const name of ['content-type', 'x-amz-target', 'x-amz-security-token']) {
      expect(ours?.headers[name]).toBe(theirs?.headers[name])
    }
    const scope = (call: Call | undefined) =>
      /Credential=([^,]+)/.exec(String(call?.headers.authorization))?.[1]
    expect(scope(ours)).toBe(scope(theirs))
    expect(String(ours?.headers.authorization)).toContain('content-type;host;x-amz-')
  })

  it.each<[string, Reply]>([
    ['a cut connection', 'cut'],
    ['an overloaded service', { status: 503, body: '' }],
    ['throttling', { status: 400, body: '{"__type":"ThrottlingException"}' }],
  ])('asks again after %s', async (_, reply) => {
    const { url, calls } = await awsThatSays(reply, reply, fine)
    expect(await signedParameters(caller, new URL(url))(input)).toEqual(page)
    expect(calls).toHaveLength(3)
  })

  it.each<[string, Reply, RegExp, number]>([
    ['cut connections that do not end', 'cut', /did not answer/, 3],
    ['an outage that does not end', { status: 500, body: '' }, /did not answer/, 3],
    [
      'a refusal, at once',
      { status: 400, body: '{"__type":"AccessDeniedException"}' },
      /answered 400/,
      1,
    ],
  ])('SEC-12 gives up on %s', async (_, reply, message, times) => {
    const { url, calls } = await awsThatSays(reply)
    await expect(signedParameters(caller, new URL(url))(input)).rejects.toThrow(message)
    expect(calls).toHaveLength(times)
  })

  it('SEC-12 takes nothing for keys that is not an answer of SSM', async () => {
    const { url } = await awsThatSays({ status: 200, body: '<html>' })
    await expect(signedParameters(caller, new URL(url))(input)).rejects.toThrow()
  })
})
