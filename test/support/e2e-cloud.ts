import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PublishCommand } from '@aws-sdk/client-sns'
import type { JWK } from 'jose'
import { afterAll, expect, inject } from 'vitest'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import type { Endpoints } from '../../infra/local/lambda-environment.ts'
import { type Books, openBooks, type Table } from './e2e-books.ts'
import { expectInvariants } from './e2e-invariants.ts'
import { expectNoTrace, remembered } from './e2e-traces.ts'

/** The stack that `test/e2e/global-setup.ts` started, as plain data. */
export type RunningCloud = {
  origin: string
  /** The HTTP API past the CDN. */
  api: string
  inbox: string
  issuer: string
  /** The issuer's private key, and what its tokens say. */
  staff: { key: JWK; audience: string; rolesClaim: string }
  logsDirectory: string
  endpoints: Endpoints
  region: string
  tables: Record<Table, string>
  keyPath: string
  /** Where SES tells what became of a mail. */
  mailTopic: string
}

export const cloud: RunningCloud = inject('cloud')
const clients = createClients(cloud.endpoints, cloud.region)
/** Tells what became of a mail, as SES does. */
export async function tellOfMail(event: string): Promise<void> {
  await clients.sns.send(new PublishCommand({ TopicArn: cloud.mailTopic, Message: event }))
}

export const books: Books = openBooks({ ...clients, ...cloud })

/** Everything that the functions have logged in this run. */
function functionLogs(): string {
  return readdirSync(cloud.logsDirectory)
    .map((file) => readFileSync(join(cloud.logsDirectory, file), 'utf8'))
    .join('\n')
}

// Of each file of journeys: whoever it was about, whatever it sent, no log remembers (SEC-14), what is
// stored holds together, and nothing that a person or an attacker does is a fault.
afterAll(async () => {
  await expectStored()
  destroyClients(clients)
  const logs = functionLogs()
  expect(logs, 'the functions have logged').toContain('"level":"INFO"')
  expectNoTrace(logs)
  expect(logs.split('\n').filter(isFault), 'faults in the logs').toEqual([])
})

/** The tables are read one after another while letters still leave: then once more. */
async function expectStored(attempts = 5): Promise<void> {
  try {
    await expectInvariants(books, remembered())
  } catch (error) {
    if (attempts === 1) throw error
    await wait(500)
    await expectStored(attempts - 1)
  }
}

/** An error that a function logged, or what the runtime says of one that died or took too long. */
const isFault = (line: string): boolean =>
  line !== '' && (!line.startsWith('{') || line.includes('"level":"ERROR"'))
