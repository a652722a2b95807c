import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import type { Endpoints } from '../../infra/local/lambda-environment.ts'
import { type Books, openBooks, type Table } from './e2e-books.ts'
import { expectNoTrace } from './e2e-traces.ts'

/** The stack that `test/e2e/global-setup.ts` started, as plain data. */
export type RunningCloud = {
  origin: string
  inbox: string
  issuer: string
  logsDirectory: string
  endpoints: Endpoints
  region: string
  tables: Record<Table, string>
  keyPath: string
}

export const cloud: RunningCloud = inject('cloud')
const clients = createClients(cloud.endpoints, cloud.region)
export const books: Books = openBooks({ ...clients, ...cloud })

/** Everything that the functions have logged in this run. */
export function functionLogs(): string {
  return readdirSync(cloud.logsDirectory)
    .map((file) => readFileSync(join(cloud.logsDirectory, file), 'utf8'))
    .join('\n')
}

// Of each file of journeys: whoever it was about, whatever it sent, no log remembers (SEC-14).
afterAll(() => {
  destroyClients(clients)
  expectNoTrace(functionLogs())
})
