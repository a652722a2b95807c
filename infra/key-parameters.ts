import { randomBytes } from 'node:crypto'
import { ParameterAlreadyExists, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import { keyPurposes } from '../functions/platform/keyring.ts'

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
    keys.push({ name, created: await createKey(ssm, name, now) })
  }
  return keys
}

async function createKey(ssm: SSMClient, name: string, now: Date): Promise<boolean> {
  const key = randomBytes(32).toString('base64url')
  const value = { key, state: 'current', createdAt: now.toISOString() }
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
