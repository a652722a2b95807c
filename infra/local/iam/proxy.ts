import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { FaultInjector } from '../faults/fault-injector.ts'
import { answerOf } from '../faults/fault-reply.ts'
import { refusingOne } from '../faults/refuse-one.ts'
import type { FaultKind } from '../faults/rule.ts'
import type { Endpoints } from '../lambda-environment.ts'
import type { OnMail } from '../mail/bridge.ts'
import { closeServer, listenOnLoopback } from '../services/loopback.ts'
import type { Call, Service, ServiceRequest } from './call.ts'
import { type Caller, callerOf } from './caller.ts'
import { firstWriterWins } from './first-writer.ts'
import { createForwarder, type Outgoing } from './forward.ts'
import type { Decision, Permissions } from './permissions.ts'
import { denialReply, faultReply, type Reply } from './service-reply.ts'

export type RunningProxy = { endpoint: string; stop: () => Promise<void> }

export type ProxyOptions = {
  endpoints: Endpoints
  permissions: Permissions
  faults: FaultInjector
  /** Also told when the function that sent the mail did not hear the answer. */
  onMail?: OnMail
}

type Exchange = {
  incoming: IncomingMessage
  response: ServerResponse
  caller: Caller
  call: Call
  /** Whole, or not read because it is a file on its way. */
  body: Buffer | undefined
}

/**
 * Stands between the functions and the services: what a role does not allow does not get through, and
 * what shall go wrong goes wrong here.
 */
export async function startProxy(
  port: number,
  { endpoints, permissions, faults, onMail = () => {} }: ProxyOptions,
): Promise<RunningProxy> {
  const forwarder = firstWriterWins(createForwarder())
  const places = placesOf(endpoints)

  async function admit(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = callerOf(incoming)
    if (caller === undefined) return reply(response, unsigned)
    const body = isUpload(caller, incoming) ? undefined : await bytesOf(incoming)
    const decision = permissions.decide(caller, requestOf(incoming, body))
    if (!decision.allowed) return reply(response, denied(caller, decision))
    const { call } = decision
    const exchange = { incoming, response, caller, call, body }
    const fault = faults.strike(caller, call.operation)
    if (fault === undefined) await pass(exchange)
    else await goWrong(fault, exchange)
  }

  async function pass(exchange: Exchange): Promise<void> {
    const { response, caller, call } = exchange
    const answer = await forwarder.send(places[caller.service], outgoing(exchange))
    if (answer.statusCode === 404 && hidesMissing(caller, call)) {
      answer.resume()
      return reply(response, noListing)
    }
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = answer.headers
    response.writeHead(answer.statusCode ?? 502, headers)
    answer.on('error', () => response.destroy())
    noteMail(exchange, answer)
    answer.pipe(response)
  }

  async function goWrong(fault: FaultKind, exchange: Exchange): Promise<void> {
    const { incoming, response, caller, call } = exchange
    switch (fault) {
      case 'cut-before':
        incoming.socket.destroy()
        return
      case 'cut-after': {
        const answer = await forwarder.send(places[caller.service], outgoing(exchange))
        noteMail(exchange, answer)
        answer.resume().once('end', () => incoming.socket.destroy())
        return
      }
      case 'refuse-one':
        return exchange.body === undefined
          ? undefined
          : pass({ ...exchange, body: refusingOne(exchange.body) })
      case 'timeout':
        // The caller gives up, or is stopped.
        incoming.resume()
        return
      default:
        incoming.resume()
        reply(response, answerOf(fault, caller.service, call))
    }
  }

  /** Listens in on what SES answers; whoever calls this also lets the answer flow. */
  function noteMail({ caller, call, body }: Exchange, answer: IncomingMessage): void {
    if (caller.service !== 'ses' || !call.operation.startsWith('Send')) return
    if (answer.statusCode !== 200 || body === undefined) return
    const chunks: Buffer[] = []
    answer.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    answer.once('end', () => onMail(body, Buffer.concat(chunks)))
  }

  /** Without the right to list a bucket, S3 does not tell that a file is not there. */
  function hidesMissing(caller: Caller, { needs: [need] }: Call): boolean {
    if (caller.service !== 's3' || need?.action !== 's3:GetObject') return false
    const resource = need.resource.split('/')[0] ?? ''
    return !permissions.has(caller, { ...need, action: 's3:ListBucket', resource })
  }

  const server = createServer((incoming, response) => {
    // A service that cannot be reached is what a client sees of one that is down.
    admit(incoming, response).catch(() => incoming.socket.destroy())
  })
  // Clients keep connections for longer than Node would.
  server.keepAliveTimeout = 0
  const endpoint = await listenOnLoopback(server, port)
  return {
    endpoint,
    stop: async () => {
      await closeServer(server)
      forwarder.stop()
    },
  }
}

/** Where the functions find the services: all behind the one proxy, which tells them apart. */
export function proxied(endpoint: string): Endpoints {
  return { dynamodb: endpoint, messaging: endpoint, mail: endpoint, parameters: endpoint }
}

function placesOf(endpoints: Endpoints): Record<Service, URL> {
  return {
    dynamodb: new URL(endpoints.dynamodb),
    s3: new URL(endpoints.messaging),
    sqs: new URL(endpoints.messaging),
    ses: new URL(endpoints.mail),
    ssm: new URL(endpoints.parameters),
  }
}

/** The bytes of a file go through as they come; nothing in them decides anything. */
function isUpload({ service }: Caller, { method }: IncomingMessage): boolean {
  return service === 's3' && method === 'PUT'
}

function outgoing({ incoming, response, body }: Exchange): Outgoing {
  const given = new AbortController()
  response.once('close', () => given.abort())
  return { incoming, body, signal: given.signal }
}

function requestOf(
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer = Buffer.alloc(0),
): ServiceRequest {
  return { method, url, target: String(headers['x-amz-target'] ?? ''), body }
}

function denied({ service }: Caller, { denial, call }: Decision & { allowed: false }): Reply {
  const files = (call?.needs ?? []).map(({ resource }) => resource.replace(/^[^/]*\//, ''))
  return denialReply({ service, operation: call?.operation ?? '', ...denial, files })
}

const unsigned = faultReply('s3', {
  status: 403,
  code: 'AccessDenied',
  message: 'The request is not signed',
})

const noListing = faultReply('s3', {
  status: 403,
  code: 'AccessDenied',
  message: 'Nobody is told whether a file is there who may not list the bucket',
})

function reply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers).end(body)
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
