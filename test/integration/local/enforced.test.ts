import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { expect, it } from 'vitest'
import { createClients, destroyClients } from '../../../infra/local/clients.ts'
import { enforceRoles } from '../../support/enforced.ts'
import { startTables } from '../../support/local-cloud.ts'

it('a function that needs what its role denies fails the test file (SEC-02)', async () => {
  const local = await startTables()
  const { endpoints, stop } = await enforceRoles(local.deployment, local.endpoints)
  const nobody = createClients(endpoints, local.deployment.region)
  const Key = { pk: { S: 'C#1' }, sk: { S: 'C' } }
  const read = nobody.dynamodb.send(new GetItemCommand({ TableName: local.tables.main, Key }))

  await expect(read).rejects.toThrow('not authorized')
  await expect(stop()).rejects.toThrow('denied localcloud dynamodb:GetItem')
  destroyClients(nobody)
  await local.stop()
})
