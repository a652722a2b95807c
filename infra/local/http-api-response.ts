import * as v from 'valibot'

export type HttpResponse = {
  status: number
  /** Header names in lower case; several values only for `set-cookie`. */
  headers: Record<string, string | string[]>
  body: Buffer
}

const proxySchema = v.object({
  statusCode: v.union([v.number(), v.pipe(v.string(), v.toNumber())]),
  headers: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
  cookies: v.optional(v.array(v.string()), []),
  body: v.optional(v.nullable(v.string()), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
})

/** What a function's result becomes; undefined where API Gateway would find it malformed. */
export function apiResponse(result: unknown): HttpResponse | undefined {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return inferred(result)
  }
  const parsed = v.safeParse(proxySchema, result)
  if (!parsed.success) return undefined
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.output
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
  return {
    status: statusCode,
    headers: {
      // API Gateway's own default for a body whose type the function did not state.
      ...(body && { 'content-type': 'text/plain; charset=utf-8' }),
      ...lowered,
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  }
}

/** An answer of API Gateway itself: `{"message": …}`. */
export function gatewayMessage(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ message })),
  }
}

// Without a status code the result itself is the body (payload format 2.0).
function inferred(result: unknown): HttpResponse {
  const body = typeof result === 'string' ? result : JSON.stringify(result ?? null)
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }
}
