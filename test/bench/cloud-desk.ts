import { type KeySource, ssmKeys } from '../../functions/platform/keyring.ts'
import type { Tables } from '../../functions/platform/table.ts'
import type { createClients } from '../../infra/local/clients.ts'
import type { Cloud } from '../../infra/local/cloud.ts'

/** Tables and keys of a whole local cloud, as its functions are told of them. */
export function cloudDesk(
  { env }: Pick<Cloud, 'env'>,
  { dynamodb, ssm }: Pick<ReturnType<typeof createClients>, 'dynamodb' | 'ssm'>,
): { tables: Tables; keys: KeySource } {
  const settings = env('subscriber-api')
  return {
    keys: ssmKeys(ssm, settings.KEY_PATH ?? '', () => new Date()),
    tables: {
      db: dynamodb,
      main: settings.MAIN_TABLE ?? '',
      ledger: settings.LEDGER_TABLE ?? '',
      keys: settings.KEYS_TABLE ?? '',
    },
  }
}
