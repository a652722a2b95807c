import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { forgetCopiedHead, readCopiedHead } from '../../../functions/journal/journal-head.ts'
import { orderedId, randomId } from '../../../functions/platform/id.ts'
import { touchedEver, touchedSince } from '../../../infra/restore/touched.ts'
import { copyOf, putBack } from '../../rehearsal/copied-table.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

let local: LocalTables
let tables: { db: LocalTables['dynamodb']; main: string; ledger: string }
let bucket: string
let keep: (event: unknown) => Promise<void>
beforeAll(async () => {
  local = await startTables({ messaging: true })
  tables = { db: local.dynamodb, ...local.tables }
  const env = local.env('journal')
  for (const [name, value] of Object.entries(env)) if (name !== 'PATH') vi.stubEnv(name, value)
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  bucket = env.JOURNAL_BUCKET ?? ''
  keep = (await import('../../../functions/entry/journal.ts')).handler
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await local.stop()
})

const hourMs = 3_600_000
/** On the second, as the stream tells it. */
const now = Math.floor(Date.now() / 1000) * 1000

/** Somebody's act, so many hours ago, as the ledger's stream tells the journal of it at that time. */
async function act(hoursAgo: number): Promise<string> {
  const at = new Date(now - hoursAgo * hourMs)
  const contactId = randomId()
  const Keys = { pk: { S: `C#${contactId}` }, sk: { S: orderedId(at) } }
  const dynamodb = {
    ApproximateCreationDateTime: at.getTime() / 1000,
    Keys,
    NewImage: { ...Keys, kind: { S: 'withdraw' } },
  }
  await keep({ Records: [{ eventID: randomId(), eventName: 'INSERT', dynamodb }] })
  return contactId
}

const told = async () => (await touchedSince(tables, { s3: local.s3, bucket })).contacts

describe('RIGHT-13 where a replay begins', () => {
  it('is where the copy was made, also when the journal has gone on in the closed table', async () => {
    const before = await act(100)
    const copy = await copyOf(tables.db, tables.main)
    const since = [await act(90), await act(50), await act(10)]
    await putBack(tables.db, tables.main, copy)
    expect([...(await told())]).toEqual(expect.arrayContaining(since))

    // A link in a mail turns something off before the replay: the journal's head is at its end again.
    const meanwhile = [await act(0.2), await act(0.1)]
    const found = await told()
    expect([...found]).toEqual(expect.arrayContaining([...since, ...meanwhile]))
    expect(found.has(before)).toBe(true)
    expect((await touchedEver(tables)).since).toEqual(new Date(now - 101 * hourMs))
  })

  it('is forgotten when the restore is over, and no place of an open table', async () => {
    await forgetCopiedHead(tables)
    await Promise.all([act(0), act(0), act(0), act(0)])
    expect(await readCopiedHead(tables)).toBeUndefined()
  })
})
