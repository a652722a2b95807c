import { runInNewContext } from 'node:vm'
import * as v from 'valibot'

export type ViewerRequest = {
  method: string
  uri: string
  query: string
  headers: ReadonlyMap<string, string>
}

export type ViewerVerdict =
  | { kind: 'pass'; uri: string; headers: ReadonlyMap<string, string> }
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string }

const values = v.optional(v.record(v.string(), v.object({ value: v.string() })), {})

const resultSchema = v.union([
  v.object({
    statusCode: v.number(),
    headers: values,
    body: v.optional(v.union([v.string(), v.object({ data: v.string() })]), ''),
  }),
  v.object({ uri: v.string(), headers: values }),
])

/** Ends an endless loop; no measure of what CloudFront allows, since a busy laptop may pause longer. */
const longestRunMs = 5000

/** Runs the source of a CloudFront Function at its viewer-request stage. */
export function runViewerRequest(
  source: string,
  request: ViewerRequest,
  viewerIp: string,
): ViewerVerdict {
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: viewerIp },
    request: {
      method: request.method,
      uri: request.uri,
      querystring: entries(new URLSearchParams(request.query)),
      headers: entries(request.headers),
      cookies: {},
    },
  }
  const returned: unknown = runInNewContext(
    `${source}\n;JSON.stringify(handler(${JSON.stringify(event)}))`,
    {},
    { timeout: longestRunMs },
  )
  const result = v.parse(resultSchema, JSON.parse(String(returned)))
  const headers = Object.entries(result.headers).map(([name, { value }]): [string, string] => [
    name,
    value,
  ])
  if ('uri' in result) return { kind: 'pass', uri: result.uri, headers: new Map(headers) }
  return {
    kind: 'answer',
    status: result.statusCode,
    headers: Object.fromEntries(headers),
    body: typeof result.body === 'string' ? result.body : result.body.data,
  }
}

function entries(pairs: Iterable<[string, string]>): Record<string, { value: string }> {
  return Object.fromEntries([...pairs].map(([name, value]) => [name, { value }]))
}
