/** A route key of an HTTP API, such as `POST /u/{token}`, taken apart; undefined for `$default`. */
export type RouteKey = { method: string; segments: string[] } | undefined

export type RouteMatch<R> = { route: R; parameters: Record<string, string> }

function parseRouteKey(key: string): RouteKey {
  if (key === '$default') return undefined
  const [method = '', path = ''] = key.split(' ')
  return { method, segments: segmentsOf(path) }
}

/**
 * Finds the route as API Gateway does: a parameter stands for one whole segment, `{name+}` for all
 * that follow; literal segments win over parameters, a method over `ANY`, and `$default` is last.
 */
export function matchRoute<R extends { routeKey: string }>(
  routes: readonly R[],
  method: string,
  path: string,
): RouteMatch<R> | undefined {
  const wanted = segmentsOf(path)
  const candidates = routes.flatMap((route) => {
    const key = parseRouteKey(route.routeKey)
    if (!key) return [{ route, parameters: {}, rank: '9' }]
    if (key.method !== 'ANY' && key.method !== method) return []
    const parameters = matchSegments(key.segments, wanted)
    if (!parameters) return []
    return [{ route, parameters, rank: rankOf(key) }]
  })
  const [best] = candidates.sort((one, other) => (one.rank < other.rank ? -1 : 1))
  return best && { route: best.route, parameters: best.parameters }
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').split('/')
}

function matchSegments(
  pattern: readonly string[],
  wanted: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const name = /^\{(.+?)(\+?)\}$/.exec(part)
    const segment = wanted[index]
    if (segment === undefined || (name && segment === '')) return undefined
    if (name?.[1] !== undefined && name[2] === '+') {
      parameters[name[1]] = decode(wanted.slice(index).join('/'))
      return parameters
    }
    if (name?.[1] !== undefined) parameters[name[1]] = decode(segment)
    else if (part !== segment) return undefined
  }
  return pattern.length === wanted.length ? parameters : undefined
}

// Compared as text, left to right: literal before parameter before greedy, then method before ANY.
function rankOf({ method, segments }: NonNullable<RouteKey>): string {
  const kinds = segments.map((part) => {
    if (/^\{.+\+\}$/.test(part)) return '2'
    return part.startsWith('{') ? '1' : '0'
  })
  return kinds.join('') + (method === 'ANY' ? '5' : '4')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
