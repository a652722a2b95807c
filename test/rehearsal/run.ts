import { setTimeout as wait } from 'node:timers/promises'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import type { Cloud } from '../../infra/local/cloud.ts'
import { functionProcesses } from '../soak/killer.ts'
import { openBooks } from '../support/e2e-books.ts'
import { startLocalCloud } from '../support/local-cloud.ts'
import { rehearse } from './rehearse.ts'

/**
 * `npm run rehearse-restore`: a backup of a whole local cloud is put back after people have said no, and
 * what was to hold is told. Ends with status 1 when it does not.
 */
const cloud = await startLocalCloud({ empty: true })
const clients = createClients(cloud.endpoints, cloud.deployment.region)
try {
  const checks = await rehearse(stageOf(cloud))
  for (const { says, holds } of checks) console.log(`${holds ? 'holds ' : 'BROKEN'}  ${says}`)
  if (checks.some(({ holds }) => !holds)) process.exitCode = 1
} finally {
  destroyClients(clients)
  await cloud.stop()
}

function stageOf({ origin, inbox, env }: Cloud): Parameters<typeof rehearse>[0] {
  const settings = env('subscriber-api')
  const tables = {
    main: settings.MAIN_TABLE ?? '',
    ledger: settings.LEDGER_TABLE ?? '',
    keys: settings.KEYS_TABLE ?? '',
  }
  const books = openBooks({ ...clients, tables, keyPath: settings.KEY_PATH ?? '' })
  const mails = async (): Promise<number> => {
    const answer: unknown = await (await fetch(`${inbox}/store`)).json()
    return v.parse(v.object({ emails: v.array(v.unknown()) }), answer).emails.length
  }
  return {
    desk: {
      store: books.store,
      journal: { s3: clients.s3, bucket: env('journal').JOURNAL_BUCKET ?? '' },
      ssm: clients.ssm,
      path: settings.RESTORE_PATH ?? '',
      clock: () => new Date(),
      settleMs: 0,
    },
    books,
    ask: async ({ method, path, headers = {}, body }) => {
      const answer = await fetch(`${origin}${path}`, {
        method,
        headers,
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
      })
      return { status: answer.status, body: await answer.text() }
    },
    until: async (done) => {
      for (let second = 0; second < 60; second++) {
        if (await done()) return
        await wait(1000)
      }
      throw new Error('it was not done within a minute')
    },
    replaceFunctions: async () => {
      for (const pid of functionProcesses()) process.kill(pid, 'SIGKILL')
      await wait(1000)
    },
    whileWorking: (work) => work,
    keepsLetters: async (contactId) => {
      const before = await mails()
      const MessageBody = JSON.stringify({ kind: 'manage-contact', contactId })
      await clients.sqs.send(
        new SendMessageCommand({ QueueUrl: settings.LETTERS_QUEUE_URL, MessageBody }),
      )
      await wait(3000)
      return (await mails()) === before
    },
  }
}
