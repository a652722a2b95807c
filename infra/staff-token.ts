import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { defaultPort, portsFrom } from './local/ports.ts'
import { staffClient, staffRoles } from './local/services/staff-clients.ts'

const usage = `usage: npm run staff-token -- --role ${staffRoles.join('|')} [--port <port>]`

const optionsSchema = v.object(
  {
    role: v.picklist(staffRoles, usage),
    port: v.optional(
      v.pipe(v.string(), v.toNumber(usage), v.integer(usage), v.minValue(1, usage)),
      String(defaultPort),
    ),
  },
  usage,
)

const tokenSchema = v.object({ access_token: v.string() })

try {
  console.log(await staffToken())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** Asks the running stack's issuer for a token of a member of staff with this one role. */
async function staffToken(): Promise<string> {
  const { values } = parseArgs({ options: { role: { type: 'string' }, port: { type: 'string' } } })
  const { role, port } = v.parse(optionsSchema, values)
  const response = await fetch(`http://127.0.0.1:${portsFrom(port).issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: staffClient(role) }),
  }).catch((cause: unknown) => {
    throw new Error(`Nothing runs on port ${port}: start it with npm start`, { cause })
  })
  return v.parse(tokenSchema, await response.json()).access_token
}
