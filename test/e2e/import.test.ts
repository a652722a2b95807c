import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sentCampaign } from '../support/e2e-campaign.ts'
import { books } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { lettersTo, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { someone, subscribe } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'

const lastYear = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10)
const declaration = {
  topics: ['customer-offers'],
  source: 'Orders in our web shop',
  evidence: { kind: 'sale', reference: 'shop/2025', collected: lastYear, optOutOffered: true },
  noticeVersion: 1,
  language: 'nb',
}
const source = (letter: { text: string }) => letter.text.includes(declaration.source)

/** Declares, uploads and starts a file of these lines, and waits for its report. */
async function imported(token: string, lines: readonly string[]) {
  const csv = `email,name\n${lines.join('\n')}\n`
  const asked = { headers: { ...json, ...bearer(token) } }
  const body = JSON.stringify({ ...declaration, bytes: Buffer.byteLength(csv) })
  const declared = await http('POST', '/staff/imports', { ...asked, body })
  expect(declared.status).toBe(201)
  const { id, upload } = declared.json() as {
    id: string
    upload: { url: string; method: string; headers: Record<string, string> }
  }
  const { url, method, headers } = upload
  expect((await fetch(url, { method, headers, body: csv })).status).toBe(200)
  expect((await http('POST', `/staff/imports/${id}/start`, { ...asked, body: '{}' })).status).toBe(
    202,
  )
  for (let tries = 0; tries < 300; tries++) {
    const report = (await get(`/staff/imports/${id}`, asked)).json()
    if (report.state !== 'running') {
      const rows = (await get(`/staff/imports/${id}/rows`, asked)).json()
      return { report, rows: rows.rows as { row: number; why: string[] }[] }
    }
    await wait(100)
  }
  throw new Error('the import did not end in time')
}

it('people from elsewhere are told where we have them from; whoever has said no stays unmailed, whatever is imported (CONS-14, CONS-15)', async () => {
  const [stays, stops, erases, refuses, off, fresh] = [
    'stine',
    'ola',
    'eva',
    'per',
    'kari',
    'nora',
  ].map(someone) as [ReturnType<typeof someone>, ...ReturnType<typeof someone>[]]
  const token = await staffTokenOf(['marketing'])
  const line = (person = stays) => `${person.email},${person.name}`
  const { unsubscribe } = await subscribe(refuses!)
  await post(unsubscribe, 'scope=all')
  await subscribe(off!).then((link) => post(link.unsubscribe, oneClick))

  const first = await imported(token, [stays, stops, erases].map(line))
  expect(first.report).toMatchObject({ state: 'done', rows: { created: 3 }, leftOut: {} })
  const told = await letterTo(stays.email, source)
  expect(told.text).toContain('Kundetilbud')
  await post(linkIn(await letterTo(stops!.email, source), '/u/'), oneClick)
  await letterTo(erases!.email, source)
  await http('POST', '/api/requests', {
    headers: { ...json, ...bearer(await books.sessionOf(erases!.email)) },
    body: '{"kind":"erasure"}',
  })
  await letterTo(erases!.email, ({ text }) => text.includes('fingeravtrykk'))

  const { report, rows } = await imported(token, [
    line(stays),
    line(stops),
    line(erases),
    line(refuses),
    line(off),
    line(fresh),
    'nobody at example.org,Nobody',
  ])
  expect(report).toMatchObject({
    state: 'done',
    read: 8,
    rows: { unchanged: 1, 'left-out': 3, changed: 1, created: 1, invalid: 1 },
    leftOut: { 'said-no': 2, suppressed: 1, 'invalid-email': 1 },
  })
  expect(rows).toEqual([
    { row: 3, why: ['said-no'] },
    { row: 4, why: ['suppressed'] },
    { row: 5, why: ['said-no'] },
    { row: 8, why: ['invalid-email'] },
  ])
  expect(await books.contactOf(erases!.email)).toBeUndefined()
  for (const person of [off, fresh]) await letterTo(person!.email, source)

  const subject = `Offers ${fresh!.email.slice(5, 15)}`
  await sentCampaign(token, 'customer-offers', {
    subject,
    blocks: [{ markdown: 'Mindre å betale.' }],
  })
  const isOffer = (letter: { subject: string }) => letter.subject === subject
  for (const person of [stays, off, fresh]) await letterTo(person!.email, isOffer)
  for (const person of [stops, erases, refuses]) {
    expect((await lettersTo(person!.email)).filter(isOffer)).toEqual([])
  }

  // Their own record tells where it is from (CONS-14, GDPR art. 15(1)(g)).
  const session = await books.sessionOf(stays.email)
  const { contactId = '' } = await books.addressOf(stays.email)
  const [entry] = await books.history(contactId)
  const receipt = await get(`/api/receipts/${entry?.ledgerId}`, { headers: bearer(session) })
  expect(receipt.json().receipt).toMatchObject({
    source: declaration.source,
    evidence_kind: 'sale',
    evidence_ref: 'shop/2025',
    import_id: first.report.id,
    actor: 'import',
  })
})
