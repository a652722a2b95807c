import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { createCdn } from './cdn.ts'
import type { Cleanup } from './cleanup.ts'
import type { Clients } from './clients.ts'
import type { Deployment } from './deployment.ts'
import { startHttpFront } from './http-front.ts'
import { createHttpGateway, type Invoke } from './http-gateway.ts'
import type { Ports } from './ports.ts'
import { startPoller } from './queue-poller.ts'
import { accountId } from './resource-values.ts'
import { startSchedules } from './schedules.ts'
import { fetchObject } from './site-origin.ts'
import { followStream } from './stream-poller.ts'

export type TrafficOptions = {
  ports: Pick<Ports, 'web' | 'api'>
  messagingUrl: string
  clients: Clients
  invoke: Invoke
  onFault: (error: unknown) => void
}

/** Opens every way in which a function is invoked: requests, queues, streams and the clock. */
export async function openTraffic(
  deployment: Deployment,
  { ports, messagingUrl, clients, invoke, onFault }: TrafficOptions,
  cleanup: Cleanup,
): Promise<void> {
  const gateway = createHttpGateway(deployment.api, invoke)
  const cdn = createCdn(deployment.distribution, {
    gateway,
    object: (bucket, key) => fetchObject(clients.s3, bucket, key),
  })
  const front = await startHttpFront(ports.web, cdn, onFault)
  cleanup.add(front.stop)
  const pastCdn = await startHttpFront(
    ports.api,
    ({ viewer, ...request }) => gateway({ ...request, sourceIp: viewer.ip }),
    onFault,
  )
  cleanup.add(pastCdn.stop)
  const urlOf = (queueName: string) => `${messagingUrl}/${accountId}/${queueName}`
  for (const mapping of deployment.mappings) {
    const queueUrl = urlOf(mapping.queueArn.split(':').pop() ?? '')
    cleanup.add(startPoller({ sqs: clients.sqs, queueUrl, mapping, invoke, onFault }).stop)
  }
  for (const mapping of deployment.streams) {
    const { dynamodb } = clients
    cleanup.add(followStream({ dynamodb, mapping, invoke, onFault }).stop)
  }
  const send = async (queueName: string, event: unknown) => {
    const message = { QueueUrl: urlOf(queueName), MessageBody: JSON.stringify(event) }
    await clients.sqs.send(new SendMessageCommand(message)).catch(onFault)
  }
  cleanup.add(startSchedules(deployment.schedules, { invoke, send }).stop)
}
