import { createRequire } from 'node:module'

/** Text that a name has in DNS. */
export type Names = { server: string; texts: Map<string, string>; stop: () => Promise<void> }

// Required, not imported: Node and Vitest disagree on what the default of such a CommonJS module is.
const dns: typeof import('dns2') = createRequire(import.meta.url)('dns2')
const { Packet } = dns

/** DNS for the functions, which knows the TXT records that it is told and no other name. */
export async function startNames(port: number): Promise<Names> {
  const texts: Names['texts'] = new Map()
  const server = dns.createServer({
    udp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request)
      for (const question of request.questions) {
        const data = texts.get(question.name.toLowerCase())
        if (data === undefined) response.header.rcode = Packet.RCODE.NXDOMAIN
        else if (question.type === Packet.TYPE.TXT) {
          response.answers.push(Packet.createResourceFromQuestion(question, { ttl: 1, data }))
        }
      }
      send(response)
    },
  })
  await server.listen({ udp: { port, address: '127.0.0.1' } })
  const { udp } = server.addresses()
  if (udp === undefined) throw new Error('DNS has no port')
  return { server: `127.0.0.1:${udp.port}`, texts, stop: () => server.close() }
}
