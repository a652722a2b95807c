export type Ports = {
  web: number
  inbox: number
  issuer: number
  dynamodb: number
  messaging: number
  parameters: number
  permissions: number
  api: number
  names: number
}

/** Where `npm start` listens unless told otherwise. */
export const defaultPort = 3000

/**
 * The local cloud takes consecutive ports from the one given: the site and API, then the inbox,
 * the staff token issuer, DynamoDB, SQS + SNS + S3, SSM, the proxy between these services and the
 * functions, the HTTP API as it is reached past the CDN, and DNS.
 */
export function portsFrom(web: number): Ports {
  return {
    web,
    inbox: web + 1,
    issuer: web + 2,
    dynamodb: web + 3,
    messaging: web + 4,
    parameters: web + 5,
    permissions: web + 6,
    api: web + 7,
    names: web + 8,
  }
}
