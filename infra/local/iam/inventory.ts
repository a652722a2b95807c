import * as v from 'valibot'
import { type Assembly, resourcesOfType } from '../assembly.ts'
import { accountId } from '../resource-values.ts'
import type { Table } from '../tables.ts'
import type { Inventory } from './call.ts'

/** What the calls of functions name, as the assembly names it. */
export function readInventory(
  assembly: Assembly,
  region: string,
  tables: readonly Table[],
): Inventory {
  const identities = resourcesOfType(assembly, 'AWS::SES::EmailIdentity')
  return {
    region,
    accountId,
    partitionKeys: new Map(tables.flatMap(partitionKeysOf)),
    mailIdentities: identities.map(({ properties }) =>
      v.parse(v.string(), properties.EmailIdentity),
    ),
  }
}

function partitionKeysOf({ name, KeySchema, GlobalSecondaryIndexes = [] }: Table) {
  return [
    [name, KeySchema] as const,
    ...GlobalSecondaryIndexes.map(
      (index) => [`${name}/${index.IndexName}`, index.KeySchema] as const,
    ),
  ].flatMap(([place, keys]): [string, string][] => {
    const partition = keys.find(({ KeyType }) => KeyType === 'HASH')
    return partition === undefined ? [] : [[place, partition.AttributeName]]
  })
}
