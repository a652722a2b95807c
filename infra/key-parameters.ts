import { randomBytes } from 'node:crypto'
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  type Parameter,
  ParameterAlreadyExists,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import * as v from 'valibot'
import { type KeyPurpose, keyPurposes } from '../functions/platform/keyring.ts'

/** Where the keys of one stage live. */
export type KeyStore = { ssm: SSMClient; path: string }
export type KeyState = 'current' | 'verify' | 'revoked'

/** One key as far as anyone may look at it: its bytes are not among this. */
export type KeyParameter = {
  name: string
  id: number
  state: KeyState
  createdAt: string
  /** When its state was last written, by the clock of the parameter store. */
  changedAt: Date
}

const storedSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    key: v.string(),
    state: v.picklist(['current', 'verify', 'revoked']),
    createdAt: v.pipe(v.string(), v.isoTimestamp()),
  }),
)

export type CreatedKey = { name: string; created: boolean }

/**
 * Creates the first key of every purpose as a SecureString `<path>/<purpose>/1` (SEC-02). A key that
 * exists is left alone: overwriting it would break every link and seal made with it.
 */
export async function createFirstKeys(
  ssm: SSMClient,
  path: string,
  now: Date,
): Promise<CreatedKey[]> {
  const keys: CreatedKey[] = []
  for (const purpose of keyPurposes) {
    const name = `${path}/${purpose}/1`
    keys.push({ name, created: await createKey(ssm, name, { state: 'current', now }) })
  }
  return keys
}

/** @returns false when there is one of that name: it stays as it is. */
export async function createKey(
  ssm: SSMClient,
  name: string,
  { state, now }: { state: KeyState; now: Date },
): Promise<boolean> {
  const key = randomBytes(32).toString('base64url')
  const value = { key, state, createdAt: now.toISOString() }
  try {
    await ssm.send(
      new PutParameterCommand({
        Name: name,
        Type: 'SecureString',
        Value: JSON.stringify(value),
        Overwrite: false,
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ParameterAlreadyExists) return false
    throw error
  }
}

/** The keys of one purpose, the oldest first. @throws when one of them cannot be read as a key. */
export async function readKeyParameters(
  { ssm, path }: KeyStore,
  purpose: KeyPurpose,
): Promise<KeyParameter[]> {
  const keys: KeyParameter[] = []
  let next: string | undefined
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({
        Path: `${path}/${purpose}/`,
        WithDecryption: true,
        NextToken: next,
      }),
    )
    for (const parameter of page.Parameters ?? []) keys.push(parseParameter(parameter).key)
    next = page.NextToken
  } while (next !== undefined)
  return keys.sort((a, b) => a.id - b.id)
}

/**
 * Moves one key to another state; its bytes stay. Read anew just before, since the parameter store
 * has no condition to write under, and a key that was revoked meanwhile must stay so.
 */
export async function markKey(
  { ssm }: KeyStore,
  name: string,
  { from, to }: { from: readonly KeyState[]; to: KeyState },
): Promise<void> {
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: name, WithDecryption: true }),
  )
  const { key, value } = parseParameter(Parameter ?? {})
  if (key.state === to) return
  if (!from.includes(key.state)) {
    throw new Error(
      `${name} is ${key.state} by now: somebody else is changing it. Look with "npm run keys -- list".`,
    )
  }
  await ssm.send(
    new PutParameterCommand({
      Name: name,
      Type: 'SecureString',
      Value: JSON.stringify({ ...value, state: to }),
      Overwrite: true,
    }),
  )
}

function parseParameter({ Name = '', Value, LastModifiedDate }: Parameter): {
  key: KeyParameter
  value: v.InferOutput<typeof storedSchema>
} {
  const parsed = v.safeParse(storedSchema, Value)
  const id = Number(/\/([1-9]\d{0,2})$/.exec(Name)?.[1])
  // Its name alone is told: what should be its value may be a secret all the same.
  if (!parsed.success || !(id <= 255) || LastModifiedDate === undefined) {
    throw new Error(`the parameter ${Name} is not a key`)
  }
  const { state, createdAt } = parsed.output
  return {
    key: { name: Name, id, state, createdAt, changedAt: LastModifiedDate },
    value: parsed.output,
  }
}

/** The one that signs and seals, as the functions choose it: the newest that is current. */
export function signingKey<T extends { state: KeyState }>(keys: readonly T[]): T | undefined {
  return keys.findLast(({ state }) => state === 'current')
}
