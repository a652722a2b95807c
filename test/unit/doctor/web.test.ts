import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { table } from '../../../infra/doctor/finding.ts'
import { linkFindings, webFindings } from '../../../infra/doctor/web.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function listening(listener: RequestListener): Promise<URL> {
  server = createServer(listener)
  const running = server
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve))
  const address = running.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  return new URL(`http://127.0.0.1:${address.port}`)
}

/** An installation whose one real link is `/u/real`; `choices` is what stands in it. */
function installation(
  over: { state?: { choices: string }; headers?: Record<string, string> } = {},
) {
  const { state = { choices: 'on' }, headers = {} } = over
  const asked: string[] = []
  const listener: RequestListener = (request, response) => {
    const { method = '', url = '' } = request
    asked.push(`${method} ${url.slice(0, 7)} ${request.headers['content-type'] ?? ''}`.trim())
    const quiet = { 'cache-control': 'no-store', 'x-robots-tag': 'noindex', ...headers }
    if (url.startsWith('/u/'))
      return void response.writeHead(url === '/u/real' ? 200 : 404, quiet).end()
    if (url === '/o/doctor.gif') {
      return void response.writeHead(200, { ...quiet, 'content-type': 'image/gif' }).end()
    }
    if (url === '/api/preferences') return void response.writeHead(200).end(state.choices)
    if (url.includes('gpc')) return void response.writeHead(200).end('{ "gpc": true }')
    response.writeHead(200, { 'content-security-policy': "default-src 'none'" }).end()
  }
  return { listener, asked, state }
}
const wrong = (found: Awaited<ReturnType<typeof webFindings>>) =>
  found.filter(({ result }) => result === 'wrong').map(({ rule }) => rule)

describe('an installation, asked as a mailbox provider and a scanner ask', () => {
  it('is fine when it answers as it must, and no token of anybody’s was used', async () => {
    const { listener, asked } = installation()
    expect(wrong(await webFindings(await listening(listener)))).toEqual([])
    expect(asked.join()).not.toContain('real')
  })

  it.each([
    [{ location: 'https://elsewhere.example' }, ['UNSUB-08', 'UNSUB-08', 'TRACK-03']],
    [{ 'set-cookie': 'a=b' }, ['UNSUB-08', 'UNSUB-08', 'TRACK-03']],
    [{ 'cache-control': 'public' }, ['UNSUB-08', 'TRACK-03']],
    [{ 'x-robots-tag': 'all' }, ['UNSUB-08']],
  ])('is wrong with %j', async (headers, rules) => {
    const { listener } = installation({ headers })
    expect(wrong(await webFindings(await listening(listener)))).toEqual(rules)
  })

  it('is wrong when everything is answered 200 and there is no Global Privacy Control', async () => {
    const base = await listening((_, response) => void response.end())
    expect(new Set(wrong(await webFindings(base)))).toEqual(
      new Set(['SEC-06', 'UNSUB-08', 'TRACK-03', 'GPC-01']),
    )
  })
})

describe('a real link', () => {
  it('UNSUB-07 is looked at and not pressed, unless that is asked for', async () => {
    const { listener, asked } = installation()
    const found = await linkFindings(new URL('/u/real', await listening(listener)), false)
    expect(found.map(({ result }) => result)).toEqual(['fine', 'fine', 'look'])
    expect(asked.filter((each) => each.startsWith('POST'))).toEqual([])
  })

  it('UNSUB-04 is pressed with each kind of body when it is asked for', async () => {
    const { listener, asked } = installation()
    const found = await linkFindings(new URL('/u/real', await listening(listener)), true)
    expect(found.map(({ result }) => result)).toEqual(['fine', 'fine', 'fine'])
    expect(asked.filter((each) => each.startsWith('POST'))).toEqual([
      'POST /u/real application/x-www-form-urlencoded',
      expect.stringMatching(/^POST \/u\/real multipart\/form-data; boundary=/),
      'POST /u/real',
    ])
  })

  it('UNSUB-07 is wrong when looking at it turns something off, as in Dittofeed', async () => {
    const { listener, state } = installation()
    const base = await listening((request, response) => {
      if (request.method === 'GET' && request.url === '/u/real') state.choices = 'off'
      listener(request, response)
    })
    const found = await linkFindings(new URL('/u/real', base), false)
    expect(wrong(found)).toEqual(['UNSUB-07'])
    expect(table(found).split('\n')[0]).toMatch(/^wrong {2}UNSUB-07 .*a choice has changed$/)
  })

  it('UNSUB-06 is wrong when it redirects', async () => {
    const { listener } = installation({ headers: { location: '/u/real/' } })
    const found = await linkFindings(new URL('/u/real', await listening(listener)), true)
    expect(wrong(found)).toEqual(['UNSUB-07', 'UNSUB-04'])
  })
})
