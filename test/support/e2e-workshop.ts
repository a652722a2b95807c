import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { type Books, openBooks } from './e2e-books.ts'
import { startWiredFunctions, type WiredFunctions } from './e2e-functions.ts'
import { type LocalTables, startTables } from './local-cloud.ts'

/** Tables, queues, inbox and keys of a test file's own, and the functions on breakable wires. */
export type Workshop = WiredFunctions & {
  local: LocalTables
  books: Books
  signUp: (email: string, over?: Record<string, unknown>) => Promise<void>
  /** Presses the button of the latest sign-up, everything that it asked for still ticked. */
  confirm: (email: string, body?: string) => Promise<void>
  /** Signed up and confirmed. */
  subscriber: (email: string, over?: Record<string, unknown>) => Promise<void>
  /** Takes all messages that wait in a queue, out of it. */
  drain: (queue: 'letters' | 'request') => Promise<Record<string, unknown>[]>
}

export const formType = { 'content-type': 'application/x-www-form-urlencoded' }
export const jsonType = { 'content-type': 'application/json' }
export const oneClick = 'List-Unsubscribe=One-Click'
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export async function openWorkshop(): Promise<Workshop> {
  const local = await startTables({ messaging: true, mail: true, keys: true })
  const functions = await startWiredFunctions(local)
  const environment = local.env('subscriber-api')
  const books = openBooks({ ...local, keyPath: environment.KEY_PATH ?? '' })
  const asked = { topics: ['newsletter', 'events'], purposes: ['profiling'], locale: 'nb' }
  const allTicked = 'topics=newsletter&topics=events&purposes=profiling'
  const expectStatus = ({ status, body }: { status: number; body: string }, wanted: number) => {
    if (status !== wanted)
      throw new Error(`expected ${wanted}, got ${status}: ${body.slice(0, 300)}`)
  }
  const signUp: Workshop['signUp'] = async (email, over) => {
    const body = JSON.stringify({ email, form: 'test', ...asked, ...over })
    const path = '/api/subscriptions'
    expectStatus(await functions.ask({ method: 'POST', path, headers: jsonType, body }), 202)
  }
  const confirm: Workshop['confirm'] = async (email, body = allTicked) => {
    const path = await books.confirmLink(email)
    expectStatus(await functions.ask({ method: 'POST', path, headers: formType, body }), 200)
  }
  return {
    ...functions,
    local,
    books,
    signUp,
    confirm,
    subscriber: async (email, over) => {
      await signUp(email, over)
      await confirm(email)
    },
    drain: async (queue) => {
      const name = queue === 'letters' ? 'LETTERS_QUEUE_URL' : 'REQUEST_QUEUE_URL'
      const QueueUrl = environment[name]
      const drained: Record<string, unknown>[] = []
      for (;;) {
        const { Messages = [] } = await local.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3600 }),
        )
        if (Messages.length === 0) return drained
        drained.push(...Messages.map(({ Body = '{}' }) => JSON.parse(Body)))
      }
    },
    stop: async () => {
      await functions.stop()
      await local.stop()
    },
  }
}
