import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { closeServer, listenOnLoopback } from './loopback.ts'
import { parameterAnswer } from './parameter-actions.ts'
import { openParameterStore, type ParameterStore } from './parameter-store.ts'

export type Parameters = { endpoint: string; stop: () => Promise<void> }

/** A small SSM Parameter Store over HTTP that keeps its parameters in `file`. */
export async function startParameters(port: number, file: string): Promise<Parameters> {
  const store = openParameterStore(file)
  const server = createServer((request, response) => {
    serve(request, response, store).catch((error: unknown) => {
      send(response, 500, { __type: 'InternalServerError', message: String(error) })
    })
  })
  const endpoint = await listenOnLoopback(server, port)
  return { endpoint, stop: () => closeServer(server) }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  store: ParameterStore,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const input: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}')
  const target = String(request.headers['x-amz-target'] ?? '')
  const { status, body } = parameterAnswer(target.replace(/^AmazonSSM\./, ''), input, store)
  send(response, status, body)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
  response.end(JSON.stringify(body))
}
