import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm'
import type { KeyPurpose } from '../../../functions/platform/keyring.ts'
import { type KeyParameter, readKeyParameters } from '../../../infra/key-parameters.ts'
import type { KeyDesk } from '../../../infra/key-rotation.ts'

/** A desk whose waits take no time, and what it waited and said. */
export type TestDesk = KeyDesk & { waits: number[]; said: string[] }

export function keyDesk(ssm: SSMClient, path: string): TestDesk {
  const waits: number[] = []
  const said: string[] = []
  return {
    ssm,
    path,
    clock: () => new Date(),
    wait: async (ms) => void waits.push(ms),
    report: (line) => void said.push(line),
    waits,
    said,
  }
}

export async function statesOf(desk: KeyDesk, purpose: KeyPurpose): Promise<string[]> {
  const keys: KeyParameter[] = await readKeyParameters(desk, purpose)
  return keys.map(({ id, state }) => `${id} ${state}`)
}

/** The stored texts, secrets included, by name. */
export async function valuesOf({ ssm, path }: KeyDesk): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  let next: string | undefined
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({
        Path: path,
        Recursive: true,
        WithDecryption: true,
        NextToken: next,
      }),
    )
    for (const { Name = '', Value = '' } of page.Parameters ?? []) values[Name] = Value
    next = page.NextToken
  } while (next !== undefined)
  return values
}

export const secretIn = (value: string | undefined): string => JSON.parse(value ?? '{}').key
