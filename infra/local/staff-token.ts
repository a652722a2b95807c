import * as v from 'valibot'
import { portsFrom } from './ports.ts'
import { type StaffRole, staffClient } from './services/staff-clients.ts'

const tokenSchema = v.object({ access_token: v.string() })

/** Asks the running stack's issuer for a token of a member of staff with this one role. */
export async function staffTokenFrom(port: number, role: StaffRole): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${portsFrom(port).issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: staffClient(role) }),
  }).catch((cause: unknown) => {
    throw new Error(`Nothing runs on port ${port}: start it with npm start`, { cause })
  })
  return v.parse(tokenSchema, await response.json()).access_token
}
