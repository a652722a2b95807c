import { request } from 'node:http'
import type { Ask } from './acts.ts'

const patienceMs = 40_000

/** Requests in which anything may go wrong; each is counted by what became of it. */
export function openAsk(origin: string, count: (what: string) => void): Ask {
  const { port, host } = new URL(origin)
  const sent = ([method, path, over = {}]: Parameters<Ask>): ReturnType<Ask> =>
    new Promise((resolve, reject) => {
      const { body = '', type, token, agent, from } = over
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path,
          agent: false,
          signal: AbortSignal.timeout(patienceMs),
          ...(from === undefined ? {} : { localAddress: from }),
          headers: {
            host,
            ...(type === undefined ? {} : { 'content-type': type }),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(agent === undefined ? {} : { 'user-agent': agent }),
            ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
        },
        async (reply) => {
          const chunks: Buffer[] = []
          for await (const chunk of reply) chunks.push(Buffer.from(chunk))
          const { statusCode: status = 0, headers } = reply
          const { location } = headers
          const text = Buffer.concat(chunks).toString('latin1')
          resolve({ status, body: text, ...(location === undefined ? {} : { location }) })
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  return async (...call) => {
    const [method, path] = call
    try {
      const answer = await sent(call)
      count(`${method} ${nameOf(path)} ${answer.status}`)
      return answer
    } catch {
      count(`${method} without an answer`)
      return { status: 0, body: '' }
    }
  }
}

/** The path without what is somebody's own. */
function nameOf(path: string): string {
  if (path.startsWith('/staff/campaigns/')) {
    return ['/staff/campaigns', ...path.split('/').slice(4)].join('/')
  }
  return path
    .split('/')
    .slice(0, 3)
    .join('/')
    .replace(/^\/([usoc])\/.*/, '/$1')
}
