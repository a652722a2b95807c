import { Resolver } from 'node:dns/promises'

/** The TXT records of a name; none where there is no such name. @throws when DNS does not answer. */
export type ReadTxt = (name: string) => Promise<string[]>

const nothing = new Set(['ENOTFOUND', 'ENODATA'])

/** @param server which to ask, as `address:port`; the machine's own when left out. */
export function dnsTxt(server: string | undefined): ReadTxt {
  const resolver = new Resolver({ timeout: 1500, tries: 2 })
  if (server !== undefined) resolver.setServers([server])
  return async (name) => {
    try {
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
    } catch (error) {
      if (error instanceof Error && 'code' in error && nothing.has(String(error.code))) return []
      throw error
    }
  }
}
