import { TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { parse } from 'valibot'
import { addressKeys, addressSchema } from '../../../functions/contact/address.ts'
import { pendingLetterPuts } from '../../../functions/contact/pending-letter.ts'
import { signUpPuts } from '../../../functions/contact/sign-up-record.ts'
import { newDataKey, sealIdentity } from '../../../functions/contact/vault.ts'
import type { LetterMessage } from '../../../functions/letters/letter-message.ts'
import type { LetterRecipient } from '../../../functions/letters/letter-recipient.ts'
import { type PostRoom, sendLetter } from '../../../functions/letters/send-letter.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { type Mailer, sesMailer } from '../../../functions/platform/mailer.ts'
import { sesSendEmail } from '../../../functions/platform/ses.ts'
import { readTogether, toItem, ttlAt } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { dawn } from '../../support/acts.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'
import { startTables } from '../../support/local-cloud.ts'

export const origin = 'https://choices.nordlys.example'

export type Inbox = {
  destination: { to: string[] }
  from: string
  replyTo: string[]
  subject: string
  body: { html: string; text: string }
  headers: { name: string; value: string }[]
}

export type PutBack = { message: LetterMessage; seconds: number }

/** The desk on real tables and a real mail service, with a clock that the test moves. */
export async function openPostOffice() {
  const local = await startTables({ mail: true })
  const tables = { db: local.dynamodb, ...local.tables }
  const store = { tables, policy, keys: fixedKeys }
  const putBack: PutBack[] = []
  const logged: unknown[] = []
  const time = { now: dawn }
  const ses: Mailer<LetterRecipient> = sesMailer(
    sesSendEmail({
      endpoint: local.endpoints.mail,
      region: local.dynamodb.config.region,
      credentials: local.dynamodb.config.credentials,
    }),
    {
      from: policy.mail.lettersFrom,
      name: policy.controller.name,
      replyTo: policy.mail.replyTo,
      configurationSet: 'letters',
    },
  )
  const wire = { mailer: ses }
  const room: PostRoom = {
    ...store,
    origin,
    mailer: (mail) => wire.mailer(mail),
    clock: () => time.now,
    letters: async (message, seconds = 0) => void putBack.push({ message, seconds }),
    log: {
      info: (message, fields) => void logged.push({ message, ...fields }),
      fault: (message, _, fields) => void logged.push({ message, ...fields }),
    },
  }
  const keysOf = async (email: string) =>
    addressKeys(parse(addressSchema, email), await fixedKeys('address'))
  return {
    store,
    room,
    time,
    wire,
    ses,
    putBack,
    logged,
    endpoints: local.endpoints,
    stop: local.stop,
    deliver: (message: LetterMessage, sentAt = time.now) => sendLetter(room, message, sentAt),
    keysOf,
    /** What lies in the inboxes, the newest last; of one address when it is named. */
    inbox: async (email?: string): Promise<Inbox[]> => {
      const answer = await fetch(`${local.endpoints.mail}/store`)
      const { emails } = (await answer.json()) as { emails: Inbox[] }
      return emails.filter(({ destination }) => !email || destination.to.includes(email))
    },
    /** A form as the sign-up function stores it. */
    signUp: async (email: string, over: Partial<SignUpSample> = {}): Promise<LetterMessage> => {
      const { topics = ['newsletter'], purposes = [], language = 'nb', network = email } = over
      const signUpId = randomId()
      const [addressKey = ''] = await keysOf(email)
      const { key, wrapped } = newDataKey(`S#${signUpId}`, await fixedKeys('ring'))
      const identity = { email: parse(addressSchema, email), name: 'Win a prize at evil.example' }
      const signUp = {
        signUpId,
        sealed: sealIdentity(key, 'sign-up', identity),
        addressKey,
        network,
        topics,
        purposes,
        language,
        form: 'test',
        noticeVersion: 1,
        noticeSha256: 'x',
        requestedAt: time.now.toISOString(),
        ttl: ttlAt(time.now, 7),
      }
      const TransactItems = signUpPuts(tables, signUp, wrapped)
      await tables.db.send(new TransactWriteItemsCommand({ TransactItems }))
      await tables.db.send(
        new UpdateItemCommand({
          TableName: tables.main,
          Key: toItem({ pk: addressKey, sk: 'L' }),
          UpdateExpression: 'SET latestSignUp = :id, #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: toItem({ ':id': signUpId, ':ttl': ttlAt(time.now, 30) }),
        }),
      )
      return { kind: 'confirm', signUpId }
    },
    pendingLetter: async (email: string): Promise<LetterMessage> => {
      const letterId = randomId()
      const letter = { letterId, email: parse(addressSchema, email), language: 'en' }
      const TransactItems = await pendingLetterPuts(store, letter, time.now)
      await tables.db.send(new TransactWriteItemsCommand({ TransactItems }))
      return { kind: 'erased', letterId }
    },
    /** What is stored under a key of the main or the keys table. */
    stored: async (table: 'main' | 'keys', key: { pk: string; sk?: string }) => {
      const [item] = await readTogether(tables.db, [{ table: tables[table], key }])
      return item
    },
  }
}
export type PostOffice = Awaited<ReturnType<typeof openPostOffice>>
export type SignUpSample = {
  topics: string[]
  purposes: string[]
  language: string
  network: string
}
