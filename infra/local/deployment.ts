import { type Assembly, readAssembly } from './assembly.ts'
import { type Bucket, createBuckets, readBuckets } from './buckets.ts'
import type { Clients } from './clients.ts'
import { type Distribution, readDistribution } from './distribution.ts'
import { type LambdaFunction, readFunctions } from './functions.ts'
import { type HttpApi, readHttpApi } from './http-api.ts'
import type { Inventory } from './iam/call.ts'
import { readInventory } from './iam/inventory.ts'
import { type Role, readRoles } from './iam/roles.ts'
import { type EventDestination, readEventDestinations } from './mail/destinations.ts'
import { readSendingDomains, type SendingDomain } from './mail/sending-domains.ts'
import { type QueueMapping, readQueueMappings } from './queue-mappings.ts'
import { createQueues, type Queue, readQueues } from './queues.ts'
import { readSchedules, type Schedule } from './schedules.ts'
import { readStreamMappings, type StreamMapping } from './stream-mappings.ts'
import { createTables, readTables, type Table } from './tables.ts'
import { createTopics, readTopicSubscriptions, type TopicSubscription } from './topics.ts'

/** Everything of a cloud assembly that the local cloud runs. */
export type Deployment = {
  region: string
  tables: Table[]
  queues: Queue[]
  topics: TopicSubscription[]
  mailEvents: EventDestination[]
  sendingDomains: SendingDomain[]
  buckets: Bucket[]
  functions: LambdaFunction[]
  mappings: QueueMapping[]
  streams: StreamMapping[]
  schedules: Schedule[]
  api: HttpApi
  distribution: Distribution
  roles: Role[]
  inventory: Inventory
}

/** Reads a synthesized assembly; `messagingUrl` is where its queues will be. */
export function readDeployment(outdir: string, messagingUrl: string): Deployment {
  const assembly: Assembly = readAssembly(outdir, messagingUrl)
  const functions = readFunctions(assembly)
  const buckets = readBuckets(assembly)
  const region = functions[0]?.region
  if (region === undefined) throw new Error('The assembly has no function to run')
  const tables = readTables(assembly)
  return {
    region,
    tables,
    queues: readQueues(assembly),
    topics: readTopicSubscriptions(assembly),
    mailEvents: readEventDestinations(assembly),
    sendingDomains: readSendingDomains(assembly),
    buckets,
    functions,
    mappings: readQueueMappings(assembly),
    streams: readStreamMappings(assembly),
    schedules: readSchedules(assembly),
    api: readHttpApi(assembly),
    distribution: readDistribution(assembly, buckets),
    roles: readRoles(assembly, functions),
    inventory: readInventory(assembly, region, tables),
  }
}

/** Creates what the functions work on, as CloudFormation would. */
export async function createResources(deployment: Deployment, clients: Clients): Promise<void> {
  await Promise.all([
    createTables(clients.dynamodb, deployment.tables),
    createQueues(clients.sqs, deployment.queues).then(() =>
      createTopics(clients.sns, deployment.topics),
    ),
    createBuckets(clients.s3, deployment.buckets),
  ])
}
