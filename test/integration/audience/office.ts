import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { parse } from 'csv-parse/sync'
import * as v from 'valibot'
import type { Criteria } from '../../../functions/audience/criteria.ts'
import type { ExportMessage } from '../../../functions/audience/export-message.ts'
import { type ExportRecord, readExport } from '../../../functions/audience/export-record.ts'
import { requestExport } from '../../../functions/audience/export-request.ts'
import { type ExportWork, workOnExport } from '../../../functions/audience/export-worker.ts'
import { readManifest } from '../../../functions/audience/manifest.ts'
import type { Basis } from '../../../functions/consent/choices.ts'
import { addressKeys, addressSchema } from '../../../functions/contact/address.ts'
import { createContact } from '../../../functions/contact/create.ts'
import { readAddress } from '../../../functions/contact/suppression.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { ssmKeys } from '../../../functions/platform/keyring.ts'
import type { Log } from '../../../functions/platform/log.ts'
import { fromItem, type Tables } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

export type Someone = {
  email?: string
  name?: string
  phone?: string
  company?: string
  title?: string
  language?: string
  given?: readonly string[]
  basis?: Basis
  at?: Date
}

const silent: Log = { info: () => {}, fault: () => {} }
let made = 0

/** Tables and buckets of one test file, people in them, and the export work done in this process. */
export async function openOffice({ keys = false }: { keys?: boolean } = {}) {
  const local = await startTables({ messaging: true, keys })
  const tables: Tables = { db: local.dynamodb, ...local.tables }
  const bucket = local.env('export-audience').EXPORT_BUCKET ?? ''
  const keySource = keys
    ? ssmKeys(local.ssm, local.env('export-audience').KEY_PATH ?? '', () => new Date())
    : fixedKeys
  const store = { tables, policy, keys: keySource }
  const queue: ExportMessage[] = []
  const work: ExportWork = {
    ...store,
    files: { s3: local.s3, bucket },
    send: async (message) => void queue.push(message),
    log: silent,
    clock: () => new Date(),
  }
  return {
    local,
    store,
    work,
    queue,
    stop: local.stop,
    ...people(store),
    ...desk(work, queue),
    ...shelf(local, bucket),
  }
}
export type Office = Awaited<ReturnType<typeof openOffice>>

function people(store: Pick<ExportWork, 'tables' | 'policy' | 'keys'>) {
  return {
    /** Creates a contact the way the product does; returns its id. */
    add: async (someone: Someone = {}): Promise<string> => {
      const {
        email = `someone-${++made}@example.org`,
        language = 'nb',
        basis = 'consent',
      } = someone
      const { name, phone, company, title, given = ['newsletter'], at = new Date() } = someone
      const address = v.parse(addressSchema, email)
      const known = { name, phone, company, title }
      const identity = Object.fromEntries(
        Object.entries(known).filter(([, value]) => value !== undefined),
      )
      const created = await createContact(store, {
        address: await readAddress(store.tables, addressKeys(address, await store.keys('address'))),
        language,
        plan: () => ({
          at,
          identity: { email: address, ...identity },
          entries: [
            {
              kind: 'confirm',
              at,
              ledgerId: orderedId(at),
              noticeVersion: policy.notice.version,
              changes: given.map((purpose) => ({ purpose, state: 'given', basis })),
              evidence: { actor: 'person', method: 'confirm-page' },
            },
          ],
        }),
      })
      if (created.kind !== 'created') throw new Error(`${email} could not be created`)
      return created.contact.contactId
    },
  }
}

function desk(work: ExportWork, queue: ExportMessage[]) {
  const order = async (wanted: Partial<Criteria> = {}): Promise<string> => {
    const topic = wanted.topic ?? 'newsletter'
    const criteria: Criteria = {
      topic,
      purpose: topic,
      recipient: policy.recipients.crm?.receives.includes(topic) ? 'crm' : 'event-desk',
      format: 'csv',
      ...wanted,
    }
    const requested = await requestExport(work, 'kari', criteria)
    if (requested.kind !== 'requested') throw new Error(requested.kind)
    return requested.exportId
  }
  const take = async (message: ExportMessage) => workOnExport(work, message)
  /** Does what waits in the queue, and what comes of it, until `until` says stop or nothing is left. */
  const workOff = async (until: (message: ExportMessage) => boolean = () => false) => {
    while (queue.length > 0) {
      const [message] = queue
      if (message === undefined || until(message)) return
      queue.shift()
      await take(message)
    }
  }
  const record = async (exportId: string): Promise<ExportRecord> => {
    const stored = await readExport(work.tables, exportId, work.clock())
    if (stored === undefined) throw new Error('no such export')
    return stored.record
  }
  return {
    order,
    take,
    workOff,
    record,
    /** From the order to the finished file. */
    run: async (wanted: Partial<Criteria> = {}): Promise<string> => {
      const exportId = await order(wanted)
      await workOff()
      return exportId
    },
  }
}

function shelf({ s3, dynamodb, tables }: LocalTables, bucket: string) {
  const bytes = async (Key: string): Promise<Uint8Array> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
    if (Body === undefined) throw new Error(`${Key} is empty`)
    return Body.transformToByteArray()
  }
  const keysOf = async (exportId: string): Promise<string[]> => {
    const lists = await Promise.all(
      ['files', 'members'].map((folder) =>
        s3.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${folder}/${exportId}/`,
            MaxKeys: 1000,
          }),
        ),
      ),
    )
    return lists.flatMap(({ Contents = [] }) => Contents.map(({ Key }) => Key ?? ''))
  }
  const read = async (key: string, part?: { from: number; to: number }) =>
    Buffer.from(await bytes(key))
      .subarray(part?.from, part?.to)
      .toString()
  const manifests = async (exportId: string) => {
    const keys = (await keysOf(exportId)).filter((key) => key.endsWith('/manifest.json'))
    return Promise.all(keys.map((key) => readManifest(read, key)))
  }
  return {
    keysOf,
    manifests,
    read,
    /** The finished file, its manifest and its member lists, read the way a stranger would. */
    result: async (exportId: string) => {
      const stored = await readExport({ db: dynamodb, ...tables }, exportId, new Date())
      const manifest = (await manifests(exportId)).find(
        ({ file }) => file === stored?.record.file?.key,
      )
      if (manifest === undefined) throw new Error('the finished file has no manifest')
      const packed = await bytes(manifest.file)
      const text = gunzipSync(packed).toString('utf8')
      const lines = (await read(manifest.members)).split('\n').filter((each) => each !== '')
      const members = lines.map((line) => {
        const [ref = '', contactId = ''] = line.split(' ')
        return { ref, contactId }
      })
      const rows: Record<string, string>[] = manifest.file.endsWith('.csv.gz')
        ? parse(text, { columns: true, record_delimiter: '\r\n' })
        : text
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line))
      return {
        manifest,
        text,
        rows,
        members,
        sha256: createHash('sha256').update(packed).digest('hex'),
        contactIds: members.map(({ contactId }) => contactId).sort(),
      }
    },
    /** What the ledger tells of staff, oldest first. */
    audit: async (subject: string) => {
      const days = [new Date(), new Date(Date.now() - 86_400_000)]
      const entries: Record<string, unknown>[] = []
      for (const day of days) {
        const { Items = [] } = await dynamodb.send(
          new QueryCommand({
            TableName: tables.ledger,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: `AUDIT#${day.toISOString().slice(0, 10)}` } },
          }),
        )
        entries.push(...Items.map(fromItem))
      }
      return entries
        .filter((entry) => entry.subject === subject)
        .sort((a, b) => String(a.sk).localeCompare(String(b.sk)))
    },
  }
}
