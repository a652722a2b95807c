import * as v from 'valibot'
import { columnsFor } from '../../functions/audience/columns.ts'
import { readExport, type StoredExport } from '../../functions/audience/export-record.ts'
import { readManifest } from '../../functions/audience/manifest.ts'
import { type Files, getLines, getStream } from '../../functions/platform/files.ts'
import { type KeyPurpose, keyPurposes } from '../../functions/platform/keyring.ts'
import type { Installation } from './inspect.ts'
import { scanTable } from './reader.ts'

/** What got out: an export's file, a key, or a campaign to the wrong audience. */
export type Leak =
  | { kind: 'export'; exportId: string }
  | { kind: 'key'; purpose: KeyPurpose; keyId: number }
  | { kind: 'campaign'; campaignId: string }

/** What has to be told within 72 hours (GDPR art. 33(3)): how many, who, and which kinds of data. */
export type Affected = {
  leak: Leak
  data: readonly string[]
  /** By pseudonym: contact ids, each once. Sign-ups not yet confirmed are `S#<id>`. */
  people: readonly string[]
}

/**
 * SEC-17: reads, and writes nothing. Whoever was erased since stays listed by their pseudonym where a
 * member list still names them: they were affected, and nobody can be told any more.
 * @throws when there is no such export, or its lists cannot be read.
 */
export async function affectedBy(
  installation: Installation,
  leak: Leak,
  now: Date,
): Promise<Affected> {
  switch (leak.kind) {
    case 'export':
      return byExport(installation, leak, now)
    case 'key':
      return byKey(installation, leak)
    case 'campaign':
      return byCampaign(installation, leak)
  }
}

async function byExport(
  { store, files }: Installation,
  leak: Extract<Leak, { kind: 'export' }>,
  now: Date,
): Promise<Affected> {
  const stored = await readExport(store.tables, leak.exportId, now)
  if (stored === undefined) throw new Error('There is no such export, or no longer.')
  if (files === undefined) throw new Error('The bucket with the member lists cannot be read.')
  const { person, evidence } = columnsFor(store.policy, stored.record.criteria)
  const people = new Set<string>()
  for (const list of await memberLists(files, stored)) {
    for await (const line of getLines(files, list)) people.add(line.split(' ')[1] ?? '')
  }
  return { leak, data: [...person, ...evidence], people: [...people].sort() }
}

/** Of the first file, since whoever is in a later one is in it, too; before there is any, of each shard. */
async function memberLists(files: Files, { record, shards }: StoredExport): Promise<string[]> {
  const manifest = record.firstManifest ?? record.file?.manifest
  if (manifest === undefined) return [...shards.values()].map(({ members }) => members)
  const read = async (key: string) => {
    const chunks: Buffer[] = []
    for await (const chunk of await getStream(files, key)) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString()
  }
  return [(await readManifest(read, manifest)).members]
}

const topicsOnOff = ['masked address', 'mail topics on or off']
const everything = ['identity', 'choices', 'history', 'requests', 'the access copy']

/**
 * What a key opens, for whoever holds it and knows or guesses an id, and of whom. A token is forged, not
 * found: everybody of whom the door is there is affected.
 */
const opens: Readonly<Record<KeyPurpose, { data: readonly string[]; of: RegExp | 'wrapped' }>> = {
  unsubscribe: { data: topicsOnOff, of: /^C#/ },
  undo: { data: ['choices, turned back on'], of: /^C#/ },
  confirm: { data: ['address and wishes of a sign-up'], of: /^S#/ },
  manage: { data: everything, of: /^C#/ },
  session: { data: everything, of: /^C#/ },
  download: { data: ['the access copy'], of: /^C#/ },
  address: { data: ['whether an address is known, by guessing it'], of: /^C#/ },
  ref: { data: ['who a ref of an export stands for, with the ids'], of: /^C#/ },
  ring: { data: ['identity', 'evidence', 'what was written about requests'], of: 'wrapped' },
  // What follows stands for nobody: hits and networks could be made up, receipts signed, the CDN feigned.
  hit: { data: [], of: /^$/ },
  network: { data: [], of: /^$/ },
  origin: { data: [], of: /^$/ },
  receipt: { data: [], of: /^$/ },
}

async function byKey(
  { store: { tables } }: Installation,
  leak: Extract<Leak, { kind: 'key' }>,
): Promise<Affected> {
  const { data, of } = opens[leak.purpose]
  const owners = new Set<string>()
  if (of === 'wrapped') {
    for await (const { pk, wrapped } of scanTable(tables.db, tables.keys)) {
      if (wrapped instanceof Uint8Array && wrapped[0] === leak.keyId) owners.add(String(pk))
    }
  } else {
    for await (const { pk, sk } of scanTable(tables.db, tables.main)) {
      const isOwner = sk === 'C' || sk === 'S'
      if (isOwner && of.test(String(pk))) owners.add(String(pk))
    }
  }
  return { leak, data, people: [...owners].map((owner) => owner.replace(/^C#/, '')).sort() }
}

const messageSchema = v.object({ pk: v.string(), sk: v.string(), contactId: v.string() })

async function byCampaign(
  { store: { tables } }: Installation,
  leak: Extract<Leak, { kind: 'campaign' }>,
): Promise<Affected> {
  const people = new Set<string>()
  for await (const item of scanTable(tables.db, tables.main)) {
    const message = v.safeParse(messageSchema, item)
    if (!message.success) continue
    const { pk, sk, contactId } = message.output
    if (pk.startsWith(`K#${leak.campaignId}#`) && sk.startsWith('M#')) people.add(contactId)
  }
  return {
    leak,
    data: ['address', 'language', 'that they were written to, and about what'],
    people: [...people].sort(),
  }
}

const leakSchema = v.pipe(
  v.object({
    export: v.optional(v.pipe(v.string(), v.uuid())),
    key: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+\/\d{1,3}$/))),
    campaign: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/))),
  }),
  v.check((leak) => Object.values(leak).filter((value) => value !== undefined).length === 1),
)
const keySchema = v.tuple([v.picklist(keyPurposes), v.pipe(v.string(), v.toNumber())])

/** The leak that a command line names; undefined when it names none, or more than one. */
export function leakOf(options: Record<string, unknown>): Leak | undefined {
  const named = v.safeParse(leakSchema, options)
  if (!named.success) return undefined
  const { export: exportId, key, campaign: campaignId } = named.output
  if (exportId !== undefined) return { kind: 'export', exportId }
  if (campaignId !== undefined) return { kind: 'campaign', campaignId }
  const parsed = v.safeParse(keySchema, key?.split('/'))
  if (!parsed.success) return undefined
  const [purpose, keyId] = parsed.output
  return { kind: 'key', purpose, keyId }
}
