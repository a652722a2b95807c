/**
 * The same client, but it no longer prepares what it sends and gets for a log. The SDK copies every
 * input and output for its logger even when there is none, which is half the CPU of reading a hundred
 * items; and what is never prepared cannot be logged by mistake (SEC-14).
 */
export function unlogged<Client extends MadeOfSteps>(client: Client): Client {
  client.middlewareStack.remove('loggerMiddleware')
  return client
}

type MadeOfSteps = { middlewareStack: { remove: (name: string) => boolean } }
