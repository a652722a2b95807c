import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { SSMClient } from '@aws-sdk/client-ssm'
import type { Files } from '../../functions/platform/files.ts'
import { ssmKeys } from '../../functions/platform/keyring.ts'
import { policy } from '../../policy.ts'
import { createClients } from '../local/clients.ts'
import { portsFrom } from '../local/ports.ts'
import { type CopiedTables, keyPath, type Place } from '../settings.ts'
import type { Installation } from './inspect.ts'

export type Clients = { dynamodb: DynamoDBClient; s3: S3Client; ssm: SSMClient }

/** Of the stack that `npm start` runs on this machine. */
export function localClients(port: number, region: string): Clients {
  const { dynamodb, messaging, inbox, parameters } = portsFrom(port)
  const at = (of: number) => `http://127.0.0.1:${of}`
  const endpoints = {
    dynamodb: process.env.DYNAMODB_ENDPOINT ?? at(dynamodb),
    messaging: at(messaging),
    mail: at(inbox),
    parameters: at(parameters),
  }
  return createClients(endpoints, region)
}

/** Of a stage on AWS, with the credentials of whoever asks. */
export function stageClients(region: string): Clients {
  return {
    dynamodb: new DynamoDBClient({ region }),
    s3: new S3Client({ region }),
    ssm: new SSMClient({ region }),
  }
}

/**
 * Finds tables and bucket of a stage by the names that CloudFormation makes: stack, logical id, and
 * something random.
 * @throws when there is none of a kind or more than one, or the stage has no keys.
 */
export async function findInstallation(
  { dynamodb, s3, ssm }: Clients,
  settings: Place & CopiedTables,
): Promise<Installation> {
  const stack = `assent-${settings.stage}-data`
  const tables = await tableNames(dynamodb)
  const table = (name: string) => theOne(tables, `${stack}-${name}`)
  const keys = ssmKeys(ssm, keyPath(settings), () => new Date())
  // Without them every seal would look broken.
  if ((await keys('ring')).length === 0) throw new Error(`No keys in ${keyPath(settings)}`)
  return {
    store: {
      tables: {
        db: dynamodb,
        main: settings.mainTable || table('Main'),
        ledger: table('Ledger'),
        keys: settings.keysTable || table('Keys'),
      },
      policy,
      keys,
    },
    files: await findFiles(s3, `${stack}-exports`),
    journal: await findFiles(s3, `${stack}-journal`),
  }
}

/** The table of a stage; undefined before its first deployment. */
export async function findMain(
  dynamodb: DynamoDBClient,
  { stage }: Place,
): Promise<string | undefined> {
  const prefix = `assent-${stage}-data-Main`
  const found = (await tableNames(dynamodb)).filter((name) => name.startsWith(prefix))
  return found.length === 0 ? undefined : theOne(found, prefix)
}

async function tableNames(dynamodb: DynamoDBClient): Promise<string[]> {
  const names: string[] = []
  let last: string | undefined
  do {
    const page = await dynamodb.send(new ListTablesCommand({ ExclusiveStartTableName: last }))
    names.push(...(page.TableNames ?? []))
    last = page.LastEvaluatedTableName
  } while (last !== undefined)
  return names
}

/** Undefined when S3 cannot be reached: then what needs files is left out, and said so. */
async function findFiles(s3: S3Client, prefix: string): Promise<Files | undefined> {
  const answer = await s3.send(new ListBucketsCommand({})).catch(() => undefined)
  if (answer === undefined) return undefined
  const names = (answer.Buckets ?? []).flatMap(({ Name }) => Name ?? [])
  return { s3, bucket: theOne(names, prefix) }
}

function theOne(names: readonly string[], prefix: string): string {
  const found = names.filter((name) => name.toLowerCase().startsWith(prefix.toLowerCase()))
  const [name] = found
  if (name === undefined) throw new Error(`There is nothing called ${prefix}…`)
  if (found.length > 1) throw new Error(`Which one is in use? ${found.join(', ')}`)
  return name
}
