import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { Ask } from './acts.ts'
import { expectedAt, type Person } from './person.ts'

export type ExportOutcome = { kind: 'checked'; rows: number } | { kind: 'not-ready' }

/**
 * Orders the newsletter's audience and reads the file: nobody may be in it who was told "off" before
 * the order (EXP-01). @throws when somebody is.
 */
export async function checkExport(
  ask: Ask,
  staffToken: string,
  people: readonly Person[],
): Promise<ExportOutcome> {
  const off = new Set(people.filter(isOff).map(({ email }) => email))
  const path = await order(ask, staffToken)
  if (path === undefined) return { kind: 'not-ready' }
  const file = await fileOf(ask, path, staffToken)
  if (file === undefined) return { kind: 'not-ready' }
  const rows: Record<string, string>[] = parse(file, { columns: true, bom: true })
  // Whoever came back meanwhile is no longer "off".
  const stillOff = people.filter((person) => off.has(person.email) && isOff(person))
  const wrong = rows.filter(({ email }) => stillOff.some((person) => person.email === email))
  if (wrong.length > 0) throw new Error(`${wrong.length} people who had said no are in an export`)
  return { kind: 'checked', rows: rows.length }
}

const isOff = (person: Person) => person.erased || expectedAt(person, 'newsletter') === 'off'

async function order(ask: Ask, token: string): Promise<string | undefined> {
  const criteria = { topic: 'newsletter', purpose: 'newsletter', recipient: 'event-desk' }
  const body = JSON.stringify({ ...criteria, format: 'csv' })
  const answer = await ask('POST', '/staff/exports', { body, type: 'application/json', token })
  if (answer.status !== 202) return undefined
  return `/staff/exports/${(JSON.parse(answer.body) as { id: string }).id}`
}

async function fileOf(ask: Ask, path: string, token: string): Promise<Buffer | undefined> {
  for (let tries = 0; tries < 120; tries++) {
    const answer = await ask('GET', `${path}/file`, { token })
    if (answer.status === 200) {
      const { url } = JSON.parse(answer.body) as { url: string }
      const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
      return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes
    }
    await wait(500)
  }
  return undefined
}
