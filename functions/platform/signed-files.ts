import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'

/** Files of one bucket that are small enough to be in memory whole. */
export type SignedFiles = {
  put: (key: string, body: Uint8Array, contentType: string) => Promise<void>
  /**
   * Writes a file under a name that nobody has. Whoever is told `taken` may have written it: an answer that
   * was lost is asked for again.
   */
  putNew: (key: string, body: Uint8Array, contentType: string) => Promise<'written' | 'taken'>
  /** Undefined when there is none; so S3 also says it to those who may not list the bucket: as 403. */
  get: (key: string) => Promise<Uint8Array | undefined>
  /** A file that is not there counts as removed. */
  remove: (key: string) => Promise<void>
  /** Keys, and when each was written; at most a thousand, in the order of their names. */
  list: (under: string) => Promise<readonly ListedFile[]>
}
export type ListedFile = { key: string; at: Date }

const attempts = 3
const answerWithinMs = 10_000
const baseDelayMs = 50

type Asked = {
  method: 'GET' | 'PUT' | 'DELETE'
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: Uint8Array<ArrayBuffer>
}

/**
 * Signs each call with AWS's own signer and the settings of a client that is there anyway: the S3
 * client would be a third of the bundle for four plain requests.
 * @param endpoint where S3 answers, without the bucket: buckets are addressed by path.
 */
export function signedFiles(
  { config }: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
  bucket: string,
): SignedFiles {
  const { region, credentials, sha256 } = config
  // S3 alone signs the path as it stands.
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256,
    uriEscapePath: false,
  })
  const ask = async ({ method, path, query = {}, headers = {}, body }: Asked) => {
    const signed = await signer.sign({
      method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      query,
      headers: { host: endpoint.host, ...headers },
      body,
    })
    const url = new URL(path, endpoint)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const signal = AbortSignal.timeout(answerWithinMs)
    const sent = { method, headers: signed.headers, redirect: 'error', signal } as const
    return fetch(url, body === undefined ? sent : { ...sent, body })
  }
  const done = async (asked: Asked, expected: number[] = []): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await ask(asked).then(
        (answer) => outcomeOf(answer, expected),
        (fault: unknown) => ({ fault }),
      )
      if ('answer' in outcome) return outcome.answer
      if (attempt === attempts) throw new Error('S3 did not answer', { cause: outcome.fault })
      await wait(Math.random() * baseDelayMs * 2 ** attempt)
    }
  }
  const pathOf = (key: string): string => `/${bucket}/${key}`
  return {
    put: async (key, body, contentType) => {
      const headers = { 'content-type': contentType }
      await done({ method: 'PUT', path: pathOf(key), headers, body: Uint8Array.from(body) })
    },
    putNew: async (key, body, contentType) => {
      const headers = {
        'content-type': contentType,
        'if-none-match': '*',
        // S3 takes nothing into a bucket under Object Lock without a checksum.
        'x-amz-sdk-checksum-algorithm': 'SHA256',
        'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
      }
      const asked = {
        method: 'PUT',
        path: pathOf(key),
        headers,
        body: Uint8Array.from(body),
      } as const
      // 412: somebody was first; 409: somebody is at it.
      const answer = await done(asked, [409, 412])
      return answer.ok ? 'written' : 'taken'
    },
    get: async (key) => {
      const answer = await done({ method: 'GET', path: pathOf(key) }, [403, 404])
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined
    },
    remove: async (key) => {
      await done({ method: 'DELETE', path: pathOf(key) })
    },
    list: async (under) => {
      const query = { 'list-type': '2', prefix: under }
      const answer = await done({ method: 'GET', path: `/${bucket}`, query })
      return listed(await answer.text())
    },
  }
}

/** A cut connection, a timeout and an overloaded service pass; a refusal does not. */
async function outcomeOf(
  answer: Response,
  expected: readonly number[],
): Promise<{ answer: Response } | { fault: unknown }> {
  if (answer.ok || expected.includes(answer.status)) return { answer }
  await answer.body?.cancel()
  const fault = new Error(`S3 answered ${answer.status}`)
  if (answer.status >= 500) return { fault }
  throw fault
}

/** The keys are ours: letters, digits and a few signs that XML leaves alone. */
function listed(xml: string): ListedFile[] {
  return [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, file = '']) => ({
    key: /<Key>([^<]*)<\/Key>/.exec(file)?.[1] ?? '',
    at: new Date(/<LastModified>([^<]*)<\/LastModified>/.exec(file)?.[1] ?? ''),
  }))
}
