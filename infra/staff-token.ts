import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { defaultPort } from './local/ports.ts'
import { staffRoles } from './local/services/staff-clients.ts'
import { staffTokenFrom } from './local/staff-token.ts'

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

try {
  console.log(await staffToken())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function staffToken(): Promise<string> {
  const { values } = parseArgs({ options: { role: { type: 'string' }, port: { type: 'string' } } })
  const { role, port } = v.parse(optionsSchema, values)
  return staffTokenFrom(port, role)
}
