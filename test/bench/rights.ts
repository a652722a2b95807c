import { ledgerPut } from '../../functions/consent/ledger.ts'
import type { OpenContact } from '../../functions/contact/contact.ts'
import { usedLinkPut } from '../../functions/contact/used-link.ts'
import { sealIdentity } from '../../functions/contact/vault.ts'
import { orderedId } from '../../functions/platform/id.ts'
import { askAccess } from '../../functions/rights/ask-access.ts'
import { askErasure } from '../../functions/rights/ask-erasure.ts'
import type { RequestMessage } from '../../functions/rights/request-message.ts'
import type { RightsDesk } from '../../functions/rights/rights-desk.ts'
import { queueEvent } from '../../infra/local/sqs-event.ts'
import { policy } from '../../policy.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { isKeyLoad } from './counting-proxy.ts'
import { startFunctionProcess } from './function-process.ts'
import type { RoundResult } from './measured-process.ts'
import { createPeople, putItems } from './people.ts'

export type CopyCost = { events: number; seconds: number; peakBytes: number }
export type ErasureCost = { items: number; calls: number }

/** A copy of a person with few and with many entries in the ledger, each in a process of its own. */
export async function measureCopies(
  cloud: BenchCloud,
  counts: readonly number[],
): Promise<CopyCost[]> {
  const costs: CopyCost[] = []
  for (const [index, events] of counts.entries()) {
    const contact = await someone(cloud, firstPerson + index)
    await putItems(cloud.tables.db, cloud.tables.ledger, history(cloud, contact, events))
    const { seconds, peakBytes } = await fulfil(cloud, (desk) =>
      askAccess(desk, { contact, body: { kind: 'access' }, now: new Date() }),
    )
    costs.push({ events, seconds, peakBytes })
  }
  return costs
}

/** Calls to AWS that the erasure of a person makes, by how many small things are held of them. */
export async function countErasures(
  cloud: BenchCloud,
  counts: readonly number[],
): Promise<ErasureCost[]> {
  const costs: ErasureCost[] = []
  for (const [index, items] of counts.entries()) {
    const contact = await someone(cloud, firstPerson + 100 + index)
    await putItems(cloud.tables.db, cloud.tables.main, links(cloud, contact, items))
    await fulfil(cloud, (desk) =>
      askErasure(desk, { contact, body: { kind: 'erasure' }, now: new Date() }),
    )
    costs.push({ items, calls: cloud.takeCalls().filter((call) => !isKeyLoad(call)).length })
  }
  return costs
}

/** Numbers of people that no other part of the bench makes. */
const firstPerson = 5_000_000

async function someone(cloud: BenchCloud, from: number): Promise<OpenContact> {
  const [contact] = await createPeople(cloud, { from, count: 1 })
  if (contact === undefined) throw new Error('There is no person')
  return contact
}

/** Asks for it as the page does, and plays the queue for the message that comes of it. */
async function fulfil(
  cloud: BenchCloud,
  ask: (desk: RightsDesk) => Promise<unknown>,
): Promise<RoundResult> {
  const sent: RequestMessage[] = []
  const desk: RightsDesk = {
    store: { tables: cloud.tables, keys: cloud.keys, policy },
    requests: async (message) => {
      sent.push(message)
    },
    letters: async () => {},
    log: { info: () => {}, fault: () => {} },
    clock: () => new Date(),
  }
  await ask(desk)
  const { memoryMegabytes, module } = cloud.fn('fulfil-request')
  const environment = cloud.environment('fulfil-request', 'counted')
  const worker = await startFunctionProcess({ module, environment, memoryMegabytes })
  try {
    cloud.takeCalls()
    const [message] = sent
    const arn = 'arn:aws:sqs:eu-north-1:000000000000:request'
    const event = queueEvent([{ MessageId: 'bench', Body: JSON.stringify(message) }], arn)
    const done = await worker.run({ events: [JSON.stringify(event)] })
    const report = JSON.parse(done.results[0] ?? '') as { batchItemFailures: unknown[] }
    if (report.batchItemFailures.length > 0) throw new Error('A request was not fulfilled')
    return done
  } finally {
    await worker.stop()
  }
}

/** Corrections, one a minute: each with what the form would have sealed beside it. */
function history({ tables }: BenchCloud, contact: OpenContact, count: number) {
  const begun = Date.now() - count * 60_000
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(begun + index * 60_000)
    const { Put } = ledgerPut(tables, policy, contact.contactId, {
      kind: 'rectify',
      at,
      ledgerId: orderedId(at),
      noticeVersion: policy.notice.version,
      changes: [],
      evidence: { actor: 'person', method: 'preference-page', asked: ['name'] },
      sealed: sealIdentity(contact.key, 'ledger', contact.identity),
    })
    return Put?.Item ?? {}
  })
}

function links({ tables }: BenchCloud, { contactId }: OpenContact, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const nonce = index.toString(16).padStart(16, '0')
    return usedLinkPut(tables, { contactId, nonce }, new Date()).Put?.Item ?? {}
  })
}
