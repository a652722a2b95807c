import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { createFirstKeys } from '../../infra/key-parameters.ts'
import { createCleanup } from '../../infra/local/cleanup.ts'
import { type Clients, createClients, destroyClients } from '../../infra/local/clients.ts'
import type { Cloud, CloudOptions } from '../../infra/local/cloud.ts'
import { createResources, type Deployment, readDeployment } from '../../infra/local/deployment.ts'
import { assertFree, freePort } from '../../infra/local/free-ports.ts'
import type { LambdaFunction } from '../../infra/local/functions.ts'
import { type Endpoints, lambdaEnvironment } from '../../infra/local/lambda-environment.ts'
import { portsFrom } from '../../infra/local/ports.ts'
import { type DynamoDb, startDynamoDb } from '../../infra/local/services/dynamodb.ts'
import { createFirstGeneration, openFirst } from '../../infra/restore-generation.ts'
import { synthesizeForTests } from './assembly.ts'
import { type Enforced, enforceRoles } from './enforced.ts'

/** The whole product, as `npm start` runs it, on ports of its own unless one is given. */
export async function startLocalCloud(
  options: Omit<CloudOptions, 'port'> & { port?: number } = {},
): Promise<Cloud> {
  // Loaded here, because files that need tables alone should not wait for all the services.
  const { startCloud } = await import('../../infra/local/cloud.ts')
  return startCloud({ ...options, port: options.port ?? (await freePorts()) })
}

export type TablesOptions = {
  /** Also starts SQS, SNS and S3, with the product's queues and buckets. */
  messaging?: boolean
  /** Also starts SES with its inbox. */
  mail?: boolean
  /** Also starts Parameter Store, holding a first key of every purpose. */
  keys?: boolean
}

export type LocalTables = Clients & {
  /** Names of the tables, from the templates. */
  tables: { main: string; ledger: string; keys: string }
  deployment: Deployment
  /** Where the services themselves listen, for whoever is no function. */
  endpoints: Endpoints
  /** The same services for the functions: each call is judged by its function's role. */
  enforced: Enforced
  /** Environment in which the named function finds everything that was started. */
  env: (functionName: string) => Record<string, string>
  stop: () => Promise<void>
}

/** Refuses at once: what a test uses must have been asked for. */
const notStarted = 'http://127.0.0.1:9'

/** The tables of the product in a database of their own, for one test file; more on request. */
export async function startTables(options: TablesOptions = {}): Promise<LocalTables> {
  const cleanup = createCleanup()
  const endpoints = await startEndpoints(options, cleanup.add)
  const deployment = await deploymentOf(endpoints, cleanup.add)
  const clients = createClients(endpoints, deployment.region)
  cleanup.add(() => destroyClients(clients))
  const started = options.messaging
    ? deployment
    : { ...deployment, queues: [], topics: [], buckets: [] }
  await createResources(started, clients)
  const enforced = await enforceRoles(deployment, endpoints)
  cleanup.add(enforced.stop)
  const environment = mergedEnvironment(deployment)
  const named = (variable: string) => {
    const value = environment[variable]
    if (value === undefined) throw new Error(`No function has ${variable}`)
    return value
  }
  if (options.keys) {
    await createFirstKeys(clients.ssm, named('KEY_PATH'), new Date())
    const parameters = { ssm: clients.ssm, path: named('RESTORE_PATH') }
    await createFirstGeneration(parameters.ssm, parameters.path, new Date())
    const opened = { db: clients.dynamodb, main: named('MAIN_TABLE') }
    await openFirst(opened, parameters, new Date())
  }
  return {
    ...clients,
    tables: { main: named('MAIN_TABLE'), ledger: named('LEDGER_TABLE'), keys: named('KEYS_TABLE') },
    deployment,
    endpoints,
    enforced,
    env: (functionName) => {
      const fn = deployment.functions.find(({ name }) => name.endsWith(`-${functionName}`))
      if (!fn) throw new Error(`The assembly has no function ${functionName}`)
      return environmentAt(fn, endpoints, enforced.endpoints)
    },
    stop: cleanup.run,
  }
}

/** A queue's URL names its host too, and the SDK goes there. */
export function environmentAt(
  fn: LambdaFunction,
  endpoints: Endpoints,
  seen: Endpoints,
): Record<string, string> {
  const environment = Object.entries(lambdaEnvironment(fn, seen))
  return Object.fromEntries(
    environment.map(([key, value]) => [key, value.replace(endpoints.messaging, seen.messaging)]),
  )
}

type Undo = (undo: () => Promise<void> | void) => void

async function startEndpoints(options: TablesOptions, undo: Undo): Promise<Endpoints> {
  const dynamodb = await startDynamoDbSomewhere()
  undo(dynamodb.stop)
  const endpoints = {
    dynamodb: dynamodb.endpoint,
    messaging: notStarted,
    mail: notStarted,
    parameters: notStarted,
  }
  if (options.messaging) {
    const { startMessaging } = await import('../../infra/local/services/messaging.ts')
    const messaging = await startMessaging(0)
    undo(messaging.stop)
    endpoints.messaging = messaging.endpoint
  }
  if (options.mail) {
    const { startMail } = await import('../../infra/local/services/mail.ts')
    const mail = await startMail(0)
    undo(mail.stop)
    endpoints.mail = mail.endpoint
  }
  if (options.keys) {
    const { startParameters } = await import('../../infra/local/services/parameters.ts')
    const directory = mkdtempSync(join(tmpdir(), 'assent-test-'))
    undo(() => rmSync(directory, { recursive: true, force: true }))
    const parameters = await startParameters(0, join(directory, 'parameters.json'))
    undo(parameters.stop)
    endpoints.parameters = parameters.endpoint
  }
  return endpoints
}

/** Between choosing a free port and listening on it, another test file may have taken it. */
async function startDynamoDbSomewhere(attempts = 5): Promise<DynamoDb> {
  const elsewhere = process.env.DYNAMODB_ENDPOINT
  try {
    return await startDynamoDb({ port: await freePort(), elsewhere })
  } catch (error) {
    if (attempts === 1) throw error
    return startDynamoDbSomewhere(attempts - 1)
  }
}

async function deploymentOf(endpoints: Endpoints, undo: Undo): Promise<Deployment> {
  const shared = inject('assembly')
  if (shared !== undefined) return ownTables(readDeployment(shared, endpoints.messaging))
  const { outdir, remove } = await synthesizeForTests()
  undo(remove)
  return ownTables(readDeployment(outdir, endpoints.messaging))
}

let own = 0

/** Test files that share one DynamoDB (`DYNAMODB_ENDPOINT`) must not share tables. */
function ownTables(deployment: Deployment): Deployment {
  if (process.env.DYNAMODB_ENDPOINT === undefined) return deployment
  own += 1
  const suffix = `-${process.pid}-${Date.now().toString(36)}-${own}`
  const names = new Set(deployment.tables.map(({ name }) => name))
  const renamed = (text: string) => (names.has(text) ? text + suffix : text)
  return {
    ...deployment,
    tables: deployment.tables.map((table) => ({ ...table, name: renamed(table.name) })),
    functions: deployment.functions.map((fn) => ({
      ...fn,
      environment: Object.fromEntries(
        Object.entries(fn.environment).map(([name, value]) => [name, renamed(value)]),
      ),
    })),
    roles: deployment.roles.map((role) => ({
      ...role,
      statements: role.statements.map((statement) => ({
        ...statement,
        covers: (request) =>
          statement.covers({ ...request, resource: request.resource.replace(suffix, '') }),
      })),
    })),
    inventory: {
      ...deployment.inventory,
      partitionKeys: new Map(
        [...deployment.inventory.partitionKeys].map(([table, key]) => [renamed(table), key]),
      ),
    },
  }
}

function mergedEnvironment(deployment: Deployment): Record<string, string> {
  return Object.assign({}, ...deployment.functions.map(({ environment }) => environment))
}

/** First of enough consecutive free ports, below those that the system gives to whoever asks for any. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const port = randomInt(2_000, 3_200) * 10
    const free = await assertFree(Object.values(portsFrom(port))).then(
      () => true,
      () => false,
    )
    if (free) return port
  }
}
