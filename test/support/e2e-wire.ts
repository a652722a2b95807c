import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** One call that a function made to a service: `TransactWriteItems`, `SendMessage`, `SendEmail` … */
export type Call = { action: string; body: string }

export type Fault =
  /** The connection breaks before the service hears of the call. */
  | 'unreachable'
  /** The service does what was asked, and its answer gets lost. */
  | 'answer-lost'
  /** The service answers that it cannot now. */
  | 'server-error'
  /** Another transaction was on the same items. */
  | 'conflict'

/** What happens to a call; nothing for the service's own answer. */
export type Breaks = (call: Call, nth: number) => Fault | undefined

/** Stands between functions and one service: counts what passes, and breaks what it is told to. */
export type Wire = {
  url: string
  /** Calls since the last `reset`, in order. */
  calls: Call[]
  breaks: (breaks: Breaks) => void
  reset: () => void
  stop: () => Promise<void>
}

const intact: Breaks = () => undefined

export async function startWire(endpoint: string): Promise<Wire> {
  const calls: Call[] = []
  let breaks = intact
  const server = createServer((incoming, outgoing) => {
    void carry(incoming, outgoing)
  })
  async function carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming)
    const call = { action: actionOf(incoming), body: body.toString() }
    calls.push(call)
    const fault = breaks(call, calls.length)
    if (fault === 'unreachable') return void incoming.socket.destroy()
    if (fault === 'server-error') return answer(outgoing, 500, { __type: 'InternalServerError' })
    if (fault === 'conflict') return answer(outgoing, 400, conflictOf(call))
    const passed = request(new URL(incoming.url ?? '/', endpoint), {
      method: incoming.method ?? 'POST',
      headers: { ...incoming.headers, host: new URL(endpoint).host },
    })
    passed.on('error', () => incoming.socket.destroy())
    passed.on('response', async (reply) => {
      const replied = await bytesOf(reply)
      if (fault === 'answer-lost') return void incoming.socket.destroy()
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers).end(replied)
    })
    passed.end(body)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    breaks: (next) => {
      breaks = next
    },
    reset: () => {
      calls.length = 0
      breaks = intact
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** JSON services name the action in a header, SES in its path. */
function actionOf({ headers, url }: IncomingMessage): string {
  const target = headers['x-amz-target']
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1)
  return url?.includes('/outbound-emails') ? 'SendEmail' : (url ?? '')
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function answer(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
  outgoing.end(JSON.stringify(body))
}

/** As DynamoDB says it: one reason for each item, the first one contended. */
function conflictOf({ body }: Call): unknown {
  const { TransactItems = [] }: { TransactItems?: unknown[] } = JSON.parse(body)
  return {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    message: 'Transaction cancelled',
    CancellationReasons: TransactItems.map((_, index) => ({
      Code: index === 0 ? 'TransactionConflict' : 'None',
    })),
  }
}
