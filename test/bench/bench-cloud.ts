import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'
import { type KeySource, ssmKeys } from '../../functions/platform/keyring.ts'
import type { Tables } from '../../functions/platform/table.ts'
import { unlogged } from '../../functions/platform/unlogged.ts'
import { createFirstKeys } from '../../infra/key-parameters.ts'
import { type Cleanup, createCleanup } from '../../infra/local/cleanup.ts'
import { type Clients, createClients, destroyClients } from '../../infra/local/clients.ts'
import { createResources, type Deployment, readDeployment } from '../../infra/local/deployment.ts'
import { freePort } from '../../infra/local/free-ports.ts'
import type { LambdaFunction } from '../../infra/local/functions.ts'
import { type Endpoints, lambdaEnvironment } from '../../infra/local/lambda-environment.ts'
import { startDynamoDb } from '../../infra/local/services/dynamodb.ts'
import { startMessaging } from '../../infra/local/services/messaging.ts'
import { startParameters } from '../../infra/local/services/parameters.ts'
import { createTables } from '../../infra/local/tables.ts'
import { createFirstGeneration, openFirst } from '../../infra/restore-generation.ts'
import { synthesizeForTests } from '../support/assembly.ts'
import { fixedKey } from '../support/fixed-keys.ts'
import { type AwsCall, startCountingProxy } from './counting-proxy.ts'

/**
 * What the functions run on: the local cloud's own services, with a counter in front of each, and a
 * second database with the same rows in which the floor repeats what the functions did in the first.
 */
export type BenchCloud = {
  deployment: Deployment
  clients: Clients
  floorDb: DynamoDBClient
  tables: Tables
  keys: KeySource
  fn: (name: string) => LambdaFunction
  /** Environment of a function that is counted, of its floor, or of one that is not counted. */
  environment: (name: string, as: 'counted' | 'floor' | 'direct') => Record<string, string>
  /** The calls since this was asked last. */
  takeCalls: () => AwsCall[]
  stop: () => Promise<void>
}

export async function startBenchCloud(): Promise<BenchCloud> {
  const cleanup = createCleanup()
  try {
    return await start(cleanup)
  } catch (error) {
    await cleanup.run()
    throw error
  }
}

async function start(cleanup: Cleanup): Promise<BenchCloud> {
  const assembly = await synthesizeForTests()
  cleanup.add(assembly.remove)
  const direct = await startServices(cleanup)
  const floorDynamodb = await startDynamoDb({ port: await freePort(), elsewhere: undefined })
  cleanup.add(floorDynamodb.stop)

  let calls: AwsCall[] = []
  const counting = async (service: string, target: string) => {
    const proxy = await startCountingProxy(service, target, (call) => calls.push(call))
    cleanup.add(proxy.stop)
    return proxy.endpoint
  }
  const counted: Endpoints = {
    ...direct,
    dynamodb: await counting('dynamodb', direct.dynamodb),
    messaging: await counting('sqs', direct.messaging),
    parameters: await counting('ssm', direct.parameters),
  }
  const floor = { ...counted, dynamodb: await counting('dynamodb', floorDynamodb.endpoint) }

  const deployment = withoutStreams(readDeployment(assembly.outdir, direct.messaging))
  const countedQueues = readDeployment(assembly.outdir, counted.messaging)
  const clients = createClients(direct, deployment.region)
  cleanup.add(() => destroyClients(clients))
  await createResources(deployment, clients)
  const { dynamodb: floorDb, ...unused } = createClients(
    { ...direct, dynamodb: floorDynamodb.endpoint },
    deployment.region,
  )
  cleanup.add(() => destroyClients({ dynamodb: floorDb, ...unused }))
  await createTables(floorDb, deployment.tables)

  const named = (variable: string) => settingOf(deployment, variable)
  await knownOriginKey(clients.ssm, named('KEY_PATH'))
  await createFirstKeys(clients.ssm, named('KEY_PATH'), new Date())
  const parameters = { ssm: clients.ssm, path: named('RESTORE_PATH') }
  await createFirstGeneration(parameters.ssm, parameters.path, new Date())
  await openFirst({ db: clients.dynamodb, main: named('MAIN_TABLE') }, parameters, new Date())
  const find = ({ functions }: Deployment, name: string) => {
    const fn = functions.find((one) => one.name === name || one.name.endsWith(`-${name}`))
    if (fn === undefined) throw new Error(`The assembly has no function ${name}`)
    return fn
  }
  return {
    deployment,
    clients,
    floorDb: unlogged(floorDb),
    tables: {
      db: unlogged(clients.dynamodb),
      main: named('MAIN_TABLE'),
      ledger: named('LEDGER_TABLE'),
      keys: named('KEYS_TABLE'),
    },
    keys: ssmKeys(clients.ssm, named('KEY_PATH'), () => new Date()),
    fn: (name) => find(deployment, name),
    environment: (name, as) =>
      as === 'direct'
        ? lambdaEnvironment(find(deployment, name), direct)
        : lambdaEnvironment(find(countedQueues, name), as === 'floor' ? floor : counted),
    takeCalls: () => {
      const taken = calls
      calls = []
      return taken
    },
    stop: cleanup.run,
  }
}

/** Events are written before there are keys, and carry what the CDN would send. */
async function knownOriginKey(ssm: SSMClient, path: string): Promise<void> {
  const { bytes, state } = fixedKey('origin')
  const key = Buffer.from(bytes).toString('base64url')
  const Value = JSON.stringify({ key, state, createdAt: new Date().toISOString() })
  await ssm.send(new PutParameterCommand({ Name: `${path}/origin/1`, Type: 'SecureString', Value }))
}

async function startServices(cleanup: Cleanup): Promise<Endpoints> {
  const dynamodb = await startDynamoDb({ port: await freePort(), elsewhere: undefined })
  cleanup.add(dynamodb.stop)
  const messaging = await startMessaging(0)
  cleanup.add(messaging.stop)
  const directory = mkdtempSync(join(tmpdir(), 'assent-bench-'))
  cleanup.add(() => rmSync(directory, { recursive: true, force: true }))
  const parameters = await startParameters(0, join(directory, 'parameters.json'))
  cleanup.add(parameters.stop)
  return {
    dynamodb: dynamodb.endpoint,
    messaging: messaging.endpoint,
    parameters: parameters.endpoint,
    // Nothing that is measured sends mail; whatever tries is refused at once.
    mail: 'http://127.0.0.1:9',
  }
}

/** The emulator's writes slow down as a stream grows, and no one reads one here. */
function withoutStreams(deployment: Deployment): Deployment {
  const tables = deployment.tables.map(({ StreamSpecification: _, ...table }) => table)
  return { ...deployment, tables }
}

function settingOf({ functions }: Deployment, variable: string): string {
  const value = functions.map(({ environment }) => environment[variable]).find(Boolean)
  if (value === undefined) throw new Error(`No function has ${variable}`)
  return value
}
