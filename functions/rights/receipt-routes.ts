import { consentReceipt } from '../consent/receipt.ts'
import { receiptKeySet, signReceipt } from '../consent/receipt-signature.ts'
import { sessionBearer } from '../contact/bearer.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { type HttpAnswer, type HttpEvent, json, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { readEntries } from './entries.ts'

export type ReceiptDeps = { store: ContactStore; origin: string; clock: () => Date }

/** What was agreed, signed: for the person to keep, and for anyone to check (REC-02). */
export function receiptRoutes(deps: ReceiptDeps): Route[] {
  return [
    { method: 'GET', path: '/api/receipts/{id}', handle: (event) => show(deps, event) },
    { method: 'GET', path: '/api/receipt-keys', handle: () => keySet(deps) },
  ]
}

async function show({ store, origin, clock }: ReceiptDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { contactId } = await sessionBearer(store, event, clock())
  const id = event.pathParameters?.id ?? ''
  for await (const { entry, asked } of readEntries(store.tables, contactId)) {
    if (entry.ledgerId !== id) continue
    const receipt = consentReceipt(store.policy, { contactId, entry, asked, origin })
    return json(200, { receipt, jws: await signReceipt(await store.keys('receipt'), receipt) })
  }
  throw new Problem(404, 'not-found')
}

/** Public, and the same for everyone: kept by whoever wants to check receipts without us. */
async function keySet({ store }: ReceiptDeps): Promise<HttpAnswer> {
  const { headers, ...answer } = json(200, receiptKeySet(await store.keys('receipt')))
  return { ...answer, headers: { ...headers, 'cache-control': 'public, max-age=300' } }
}
