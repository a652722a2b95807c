import type { AccessRequest } from './statement.ts'

/** The services that functions call, as a signature's scope names them. */
export const services = ['dynamodb', 's3', 'ses', 'sqs', 'ssm'] as const
export type Service = (typeof services)[number]

/** The HTTP request of an SDK client; the body of a file that is being uploaded is not read. */
export type ServiceRequest = {
  method: string
  /** Path and query. */
  url: string
  target: string
  body: Buffer
}

/** One operation of a service, and everything it needs to be allowed. */
export type Call = { operation: string; needs: readonly AccessRequest[] }

/** The things of the assembly that calls name in their own ways. */
export type Inventory = {
  region: string
  accountId: string
  /** The partition key of each table and index, by table and `table/index`. */
  partitionKeys: ReadonlyMap<string, string>
  /** Domains and addresses that SES may send from. */
  mailIdentities: readonly string[]
}

/** What a request asks for; nothing when it is not known, which is then refused. */
export type CallReader = (request: ServiceRequest, inventory: Inventory) => Call | undefined

export function arn({ region, accountId }: Inventory, service: Service, path: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${path}`
}
