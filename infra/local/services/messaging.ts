import { buildApp } from 'fauxqs'

export type Messaging = { endpoint: string; stop: () => Promise<void> }

/**
 * SQS, SNS and S3 by fauxqs. Its own start function listens on every interface of the machine, so
 * its app is built here and bound to loopback.
 */
export async function startMessaging(port: number): Promise<Messaging> {
  const app = buildApp({ logger: false })
  const endpoint = await app.listen({ port, host: '127.0.0.1' })
  return {
    endpoint,
    stop: async () => {
      await app.close()
    },
  }
}
