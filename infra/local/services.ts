import type { Cleanup } from './cleanup.ts'
import type { Directories } from './directories.ts'
import type { Endpoints } from './lambda-environment.ts'
import type { Ports } from './ports.ts'
import { type DynamoDb, startDynamoDb } from './services/dynamodb.ts'
import { startMail } from './services/mail.ts'
import type { MailAccount } from './services/mail-account.ts'
import { startMessaging } from './services/messaging.ts'
import { type Names, startNames } from './services/names.ts'
import { startParameters } from './services/parameters.ts'

export type Services = {
  endpoints: Endpoints
  dynamodb: DynamoDb
  mailAccount: MailAccount
  names: Names
}

/** Starts what stands for AWS's services, all of it on loopback. What has started is in `cleanup`. */
export async function startServices(
  ports: Ports,
  directories: Directories,
  cleanup: Cleanup,
): Promise<Services> {
  const dynamodb = await startDynamoDb({
    port: ports.dynamodb,
    elsewhere: process.env.DYNAMODB_ENDPOINT,
    ...(directories.database !== undefined && { file: directories.database }),
  })
  cleanup.add(dynamodb.stop)
  const messaging = await startMessaging(ports.messaging)
  cleanup.add(messaging.stop)
  const mail = await startMail(ports.inbox)
  cleanup.add(mail.stop)
  const parameters = await startParameters(ports.parameters, directories.parameters)
  cleanup.add(parameters.stop)
  const names = await startNames(ports.names)
  cleanup.add(names.stop)
  return {
    endpoints: {
      dynamodb: dynamodb.endpoint,
      messaging: messaging.endpoint,
      mail: mail.endpoint,
      parameters: parameters.endpoint,
    },
    dynamodb,
    mailAccount: mail.account,
    names,
  }
}
