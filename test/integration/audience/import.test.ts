import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { decide } from '../../../functions/consent/decide.ts'
import { standingOf } from '../../../functions/contact/contact.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { expectInvariants } from '../../support/e2e-invariants.ts'
import type { Fault } from '../../support/e2e-wire.ts'
import { bearer, formType, jsonType, oneClick } from '../../support/e2e-workshop.ts'
import { type ImportOffice, isDone, lastYear, openImportOffice } from './import-office.ts'

let office: ImportOffice
beforeAll(async () => {
  office = await openImportOffice()
})
afterEach(() => office.shop.reset())
afterAll(async () => {
  await expectInvariants(office.shop.books, ['@example.org', 'Imported Person'])
  await office.shop.stop()
})

let people = 0
const nobodyYet = (name: string): string => `${name}-${++people}@example.org`
const may = async (email: string, topic = 'newsletter'): Promise<boolean> => {
  const contact = await office.shop.books.contactOf(email)
  if (contact === undefined) return false
  const address = await office.shop.books.addressOf(email)
  return decide(policy, standingOf(contact, address), topic, new Date()).may
}
const ask = async (email: string, kind: string) => {
  const { shop } = office
  const session = await shop.books.sessionOf(email)
  await shop.drain('request')
  const answer = await shop.ask({
    method: 'POST',
    path: '/api/requests',
    headers: { ...jsonType, ...bearer(session) },
    body: JSON.stringify({ kind }),
  })
  expect(answer.status).toBe(202)
  for (const message of await shop.drain('request')) {
    expect(isDone(await shop.deliver('fulfil-request', message))).toBe(true)
  }
}
const stop = async (email: string, body = oneClick) => {
  const path = await office.shop.books.unsubscribeLink(email)
  const answer = await office.shop.ask({ method: 'POST', path, headers: formType, body })
  expect(answer.status).toBe(200)
}

describe('whoever said no', () => {
  it('CONS-15 stays unsubscribed, suppressed, restricted and erased through an import, and the report says so (listmonk #2008, sendportal #165, Keila #259)', async () => {
    const [off, all, frozen, gone, paused] = ['off', 'all', 'frozen', 'gone', 'paused'].map(
      nobodyYet,
    )
    for (const email of [off!, all!, frozen!, gone!, paused!]) await office.shop.subscriber(email)
    await stop(off!)
    await stop(all!, 'scope=all')
    await ask(frozen!, 'restriction')
    await ask(gone!, 'erasure')
    await office.shop.ask({
      method: 'PATCH',
      path: '/api/preferences',
      headers: { ...jsonType, ...bearer(await office.shop.books.sessionOf(paused!)) },
      body: '{"choices":{"newsletter":{"paused":30}}}',
    })
    const people = [off!, all!, frozen!, gone!, paused!]
    expect(await office.shop.books.contactOf(gone!)).toBeUndefined()
    const before = await Promise.all(people.map((email) => office.shop.books.contactOf(email)))

    // As another system might spell them (SUPP-04).
    const spelled = people.map((email, index) =>
      index % 2 === 0 ? ` ${email.toUpperCase()} ` : email,
    )
    const report = await office.run(`email\n${spelled.join('\n')}\n`)

    expect(report).toMatchObject({ state: 'done', rows: { 'left-out': 5 } })
    expect(report.leftOut).toEqual({ 'said-no': 3, suppressed: 2 })
    expect(await office.rowsOf(report.id)).toEqual([
      { row: 2, why: ['said-no'] },
      { row: 3, why: ['said-no'] },
      { row: 4, why: ['suppressed'] },
      { row: 5, why: ['suppressed'] },
      { row: 6, why: ['said-no'] },
    ])
    expect(await Promise.all(people.map((email) => office.shop.books.contactOf(email)))).toEqual(
      before,
    )
    for (const email of people) expect(await may(email)).toBe(false)
    expect(await office.told()).toEqual([])
  })
})

describe('whoever said yes elsewhere', () => {
  it('CONS-14 is entered with source and evidence, as old as that, in force at once', async () => {
    const email = nobodyYet('new')
    const report = await office.run(
      `email,name,company,language\n${email},Imported Person,Fjord AS,en\n`,
    )

    expect(report).toMatchObject({ state: 'done', rows: { created: 1 }, leftOut: {}, read: 2 })
    const contact = await office.shop.books.contactOf(email)
    expect(contact).toMatchObject({
      identity: { email, name: 'Imported Person', company: 'Fjord AS' },
      language: 'en',
    })
    // Nobody has heard of them (SUPP-07).
    expect(contact).not.toHaveProperty('actedAt')
    expect(contact?.choices.newsletter).toMatchObject({
      state: 'given',
      basis: 'consent',
      at: new Date(lastYear).toISOString(),
      noticeVersion: 1,
    })
    expect(await may(email)).toBe(true)
    expect(await office.shop.books.history(contact?.contactId ?? '')).toMatchObject([
      {
        kind: 'import',
        changes: [{ purpose: 'newsletter', state: 'given', basis: 'consent' }],
        evidence: {
          actor: 'import',
          method: 'import',
          source: 'Sign-ups on our old website',
          evidenceKind: 'confirmed-opt-in',
          evidenceRef: 'old-site/export-7',
          importId: report.id,
        },
      },
    ])
    expect(await office.told()).toEqual([
      {
        kind: 'imported',
        importId: report.id,
        contactId: contact?.contactId,
        ledgerId: contact?.choices.newsletter?.ledgerId,
      },
    ])
  })

  it('CONS-14 is told at once where we have them from, once, and can stop it there (GDPR art. 14)', async () => {
    const email = nobodyYet('told')
    await office.run(`email,language\n${email},en\n`)
    const [message] = await office.told()
    for (let delivery = 0; delivery < 2; delivery++) {
      expect(isDone(await office.shop.deliver('send-letters', message))).toBe(true)
    }
    const mails = await office.mailsTo(email)

    expect(mails).toHaveLength(1)
    expect(mails[0]?.subject).toBe('Where Nordlys Software AS has your address from')
    expect(mails[0]?.text).toContain('Sign-ups on our old website')
    expect(mails[0]?.text).toContain('Stop “Newsletter”')
    const path = /\/u\/[\w-]+/.exec(mails[0]?.text ?? '')?.[0] ?? ''
    await office.shop.ask({ method: 'POST', path, headers: formType, body: oneClick })
    expect(await may(email)).toBe(false)
    expect((await office.run(`email\n${email}\n`)).leftOut).toEqual({ 'said-no': 1 })
  })

  it('CONS-14 is told nothing when they have said no before the letter left', async () => {
    const email = nobodyYet('overtaken')
    await office.run(`email\n${email}\n`)
    await stop(email)
    for (const message of await office.told()) await office.shop.deliver('send-letters', message)

    expect(await office.mailsTo(email)).toEqual([])
  })

  it('CONS-14 a row has its own evidence before the file’s, and without any it stays unknown', async () => {
    const [own, none, ill] = ['own', 'none', 'ill'].map(nobodyYet)
    const report = await office.run(
      `email,evidence,collected\n${own},crm/4711,2026-10-01\n${none},,\n${ill},"said so, on the phone",2026-10-01\n`,
      { evidence: { kind: 'confirmed-opt-in' } },
    )

    expect(report.rows).toEqual({ created: 1, invalid: 2 })
    expect(report.leftOut).toEqual({ 'no-evidence': 1, 'invalid-evidence': 1 })
    const contact = await office.shop.books.contactOf(own!)
    const [entry] = await office.shop.books.history(contact?.contactId ?? '')
    expect(entry?.evidence.evidenceRef).toBe('crm/4711')
    expect(entry?.at).toEqual(new Date('2026-10-01'))
    for (const email of [none!, ill!]) {
      expect(await office.shop.books.contactOf(email)).toBeUndefined()
      expect((await office.shop.books.addressOf(email)).contactId).toBeUndefined()
    }
  })

  it('CONS-17 keeps what they chose themself: an import adds a topic, and writes neither name nor address', async () => {
    const email = nobodyYet('member')
    await office.shop.subscriber(email, { topics: ['newsletter'], purposes: [], name: 'Own Name' })
    await office.shop.drain('letters')
    const before = await office.shop.books.contactOf(email)
    const unchanged = await office.run(`email,name\n${email},Imported Person\n`)
    expect(unchanged.rows).toEqual({ unchanged: 1 })
    expect(await office.shop.books.contactOf(email)).toEqual(before)

    const changed = await office.run(`email,name\n${email},Imported Person\n`, {
      topics: ['newsletter', 'events'],
    })
    expect(changed.rows).toEqual({ changed: 1 })
    const after = await office.shop.books.contactOf(email)
    expect(after?.identity).toEqual(before?.identity)
    expect(after?.choices.newsletter).toEqual(before?.choices.newsletter)
    expect(await may(email, 'events')).toBe(true)
    expect(await office.told()).toHaveLength(1)
  })

  it('CONS-09 is not entered on a yes so old that they would be forgotten tonight', async () => {
    const email = nobodyYet('old')
    const report = await office.run(`email,collected\n${email},2020-01-01\n`)

    expect(report.leftOut).toEqual({ 'too-old': 1 })
    expect(await office.shop.books.contactOf(email)).toBeUndefined()
  })

  it('CONS-11 as a customer is entered for offers alone, and only who could say no in the sale', async () => {
    const email = nobodyYet('customer')
    const sale = { kind: 'sale', reference: 'order/881', collected: lastYear }
    const declared = { source: 'Our web shop', noticeVersion: 1, bytes: 10 }
    const refused = async (topics: string[], evidence: object) => {
      const body = { ...declared, topics, evidence }
      const { status, body: answer } = await office.staff('POST /staff/imports', { body })
      return [status, answer.code]
    }
    expect(await refused(['customer-offers'], sale)).toEqual([400, 'invalid-request'])
    const whole = { ...sale, optOutOffered: true }
    expect(await refused(['newsletter'], whole)).toEqual([400, 'undeclared-evidence'])
    expect(await refused(['webinars'], { ...sale, kind: 'signed-form' })).toEqual([
      400,
      'undeclared-evidence',
    ])
    expect(await refused(['open-tracking'], whole)).toEqual([400, 'unknown-purpose'])

    const report = await office.run(`email\n${email}\n`, {
      topics: ['customer-offers'],
      evidence: whole,
    })
    expect(report.rows).toEqual({ created: 1 })
    const contact = await office.shop.books.contactOf(email)
    expect(contact?.choices['customer-offers']?.basis).toBe('existing_customer')
    expect(await may(email, 'customer-offers')).toBe(true)
    expect(await may(email)).toBe(false)
  })
})

describe('the file', () => {
  it('may come from a spreadsheet: byte order mark, semicolons, CRLF, quotes, other headings, other columns', async () => {
    const [one, other] = ['sheet', 'other'].map(nobodyYet)
    const csv = `\ufeffKunde;"E-post";Født\r\n"Person, Imported ""I""";${one};1980\r\n;${other}\r\n\r\n`
    const report = await office.run(csv, {
      delimiter: ';',
      columns: { email: 'e-post', name: 'Kunde' },
    })

    expect(report).toMatchObject({ rows: { created: 2 }, read: 4 })
    expect((await office.shop.books.contactOf(one!))?.identity).toEqual({
      email: one,
      name: 'Person, Imported "I"',
    })
    expect((await office.shop.books.contactOf(other!))?.identity).toEqual({ email: other })
  })

  it('SEC-14 has rows that cannot be understood named by number and reason, never by what stands there', async () => {
    const email = nobodyYet('good')
    const latin = Buffer.concat([
      Buffer.from('email,name,language\nkari@,K,nb\n'),
      Buffer.from(`ola@example.org,Bj\u00f8rn,nb\n`, 'latin1'),
      Buffer.from(`per@example.org,"P\nQ",nb\nstine@example.org,S,sv\n${email},G,nb\n`),
    ])
    const report = await office.run(latin)

    expect(report.rows).toEqual({ invalid: 4, created: 1 })
    const rows = await office.rowsOf(report.id)
    expect(rows).toEqual([
      { row: 2, why: ['invalid-email'] },
      { row: 3, why: ['not-utf-8'] },
      { row: 4, why: ['invalid-person'] },
      { row: 5, why: ['invalid-language'] },
    ])
    expect(JSON.stringify([report, rows])).not.toContain('@')
  })

  it('holds one person twice: they are entered once, with the younger evidence', async () => {
    const email = nobodyYet('double')
    const report = await office.run(
      `email,collected\n${email},2026-10-01\n${email.toUpperCase()},2026-11-01\n${email},2026-10-01\n`,
    )

    expect(report.rows).toEqual({ created: 1, changed: 1, unchanged: 1 })
    const contact = await office.shop.books.contactOf(email)
    expect(contact?.choices.newsletter?.at).toBe('2026-11-01T00:00:00.000Z')
  })

  it.each([
    ['has no column of addresses', 'name\nKari\n', 'no-email-column'],
    ['has two of them', 'email,EMAIL\na@example.org,b@example.org\n', 'no-email-column'],
    ['ends within a quote', 'email\n"a@example.org\n', 'unreadable'],
  ])('%s: nobody is entered', async (_, csv, because) => {
    expect(await office.run(csv)).toMatchObject({ state: 'failed', because, rows: {} })
    expect(await office.shop.books.contactOf('a@example.org')).toBeUndefined()
  })

  it('that never came ends the import, and is told', async () => {
    const { id } = await office.declare('email\n')
    expect((await office.staff(`POST /staff/imports/${id}/start`)).status).toBe(202)
    expect(await office.finish(id)).toMatchObject({ state: 'failed', because: 'no-file' })
    const again = await office.staff(`POST /staff/imports/${id}/start`)
    expect([again.status, again.body.code]).toEqual([409, 'wrong-state'])
  })

  it('is gone when it has been worked off, and cannot be uploaded in another’s place', async () => {
    const csv = `email\n${nobodyYet('file')}\n`
    const { id, upload } = await office.declare(csv)
    expect((await office.put(upload, csv)).status).toBe(200)
    expect((await office.put(upload, csv)).status).toBe(412)
    expect(await office.files()).toContain(`files/${id}.csv`)
    await office.staff(`POST /staff/imports/${id}/start`)
    await office.finish(id)
    expect(await office.files()).not.toContain(`files/${id}.csv`)
  })

  it('imported twice changes nothing the second time', async () => {
    const csv = `email\n${nobodyYet('again')}\n${nobodyYet('again')}\n`
    expect((await office.run(csv)).rows).toEqual({ created: 2 })
    await office.told()
    const before = await office.shop.books.all('ledger')
    expect((await office.run(csv)).rows).toEqual({ unchanged: 2 })
    const after = await office.shop.books.all('ledger')
    const acts = (all: Record<string, unknown>[]) =>
      all.filter(({ pk }) => String(pk).startsWith('C#'))
    expect(acts(after)).toHaveLength(acts(before).length)
    expect(await office.told()).toEqual([])
  })

  it('SEC-16 tried first, says what would be done, and does nothing of it', async () => {
    const [known, off, fresh] = ['known', 'off', 'fresh'].map(nobodyYet)
    await office.shop.subscriber(known!, { topics: ['events'], purposes: [] })
    await office.shop.subscriber(off!)
    await stop(off!)
    await office.shop.drain('letters')
    const before = await office.shop.books.all('keys')
    const report = await office.run(`email\n${known}\n${off}\n${fresh}\n`, { dryRun: true })

    expect(report.rows).toEqual({ 'would-change': 1, 'left-out': 1, 'would-create': 1 })
    expect(report.leftOut).toEqual({ 'said-no': 1 })
    expect(await office.shop.books.all('keys')).toHaveLength(before.length)
    expect(await may(known!)).toBe(false)
    expect(await office.told()).toEqual([])
  })
})

describe('the work, interrupted', () => {
  it.each<Fault>(['unreachable', 'answer-lost'])(
    'gives the same report and the same people wherever it was cut off: %s at each of its calls',
    async (fault) => {
      for (let cut = 1; ; cut++) {
        const [fresh, member, off] = ['fresh', 'member', 'off'].map(nobodyYet)
        await office.shop.subscriber(member!, { topics: ['events'], purposes: [] })
        await office.shop.subscriber(off!)
        await stop(off!)
        await office.shop.drain('letters')
        const id = await office.begin(`email\n${fresh}\n${member}\n${off}\nill\n`)
        office.shop.reset()
        office.shop.wires.dynamodb.breaks((_, nth) => (nth >= cut ? fault : undefined))
        await office.deliver(id)
        const calls = office.shop.wires.dynamodb.calls.length
        office.shop.reset()
        const report = await office.finish(id)

        expect(report).toMatchObject({
          state: 'done',
          rows: { created: 1, changed: 1, 'left-out': 1, invalid: 1 },
          leftOut: { 'said-no': 1, 'invalid-email': 1 },
        })
        expect(await Promise.all([fresh!, member!, off!].map((email) => may(email)))).toEqual([
          true,
          true,
          false,
        ])
        const told = new Set((await office.told()).map(({ ledgerId }) => ledgerId))
        expect(told.size).toBe(2)
        expect(await office.files()).not.toContain(`files/${id}.csv`)
        if (calls < cut) {
          expect(cut).toBeGreaterThan(8)
          return
        }
      }
    },
    240_000,
  )

  it('delivered twice at once, does each row once', async () => {
    const emails = Array.from({ length: 120 }, () => nobodyYet('twice'))
    const id = await office.begin(`email\n${emails.join('\n')}\n`)
    await Promise.all([
      office.deliver(id, '00000000-0000-4000-8000-000000000001'),
      office.deliver(id, '00000000-0000-4000-8000-000000000002'),
    ])
    const report = await office.finish(id)

    expect(report.rows).toEqual({ created: 120 })
    const ids = await Promise.all(
      emails.map(async (email) => (await office.shop.books.addressOf(email)).contactId),
    )
    expect(new Set(ids).size).toBe(120)
    const entries = await office.shop.books.all('ledger')
    const made = entries.filter(
      ({ evidence }) => (evidence as { importId?: string })?.importId === id,
    )
    expect(made).toHaveLength(120)
    expect(new Set((await office.told()).map(({ contactId }) => contactId)).size).toBe(120)
  })

  it('two files with the same people lose nobody, and enter nobody twice', async () => {
    const emails = Array.from({ length: 60 }, () => nobodyYet('both'))
    const ids = [
      await office.begin(`email\n${emails.join('\n')}\n`),
      await office.begin(`email\n${[...emails].reverse().join('\n')}\n`, { topics: ['events'] }),
    ]
    await Promise.all(ids.map((id) => office.finish(id)))
    for (const email of emails) {
      expect([await may(email), await may(email, 'events')]).toEqual([true, true])
    }
    await office.told()
  })

  it('CONS-17 a person who says no while they are imported has said no', async () => {
    const emails = Array.from({ length: 20 }, () => nobodyYet('race'))
    for (const email of emails) await office.shop.subscriber(email, { purposes: [] })
    const id = await office.begin(`email\n${emails.join('\n')}\n`, {
      evidence: {
        kind: 'confirmed-opt-in',
        reference: 'x',
        collected: new Date().toISOString().slice(0, 10),
      },
    })
    await Promise.all([office.finish(id), ...emails.map((email) => stop(email))])
    for (const email of emails) expect(await may(email)).toBe(false)
    await office.shop.drain('letters')
  })

  it('CONS-14 goes no faster than people can be told where we have them from', async () => {
    const { shop } = office
    const [first, last] = [nobodyYet('paced'), nobodyYet('paced')]
    const between = Array.from({ length: 58 }, () => nobodyYet('paced'))
    const id = await office.begin(`email\n${[first, ...between, last].join('\n')}\n`)
    const { tables } = shop.books.store
    const today = `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`
    const Item = toItem({ pk: 'RATE#importedDay', sk: today, count: 20_000 })
    await tables.db.send(new PutItemCommand({ TableName: tables.main, Item }))
    for (let delivery = 0; delivery < 3; delivery++) {
      expect(isDone(await office.deliver(id))).toBe(true)
    }
    expect(await office.report(id)).toMatchObject({ state: 'running', rows: { created: 49 } })
    expect([await may(first), await may(last)]).toEqual([true, false])

    for (const { pk, sk } of await shop.books.all('main')) {
      if (!String(pk).startsWith('RATE#imported')) continue
      const Key = { pk: { S: String(pk) }, sk: { S: String(sk) } }
      await tables.db.send(new DeleteItemCommand({ TableName: tables.main, Key }))
    }
    expect(await office.finish(id)).toMatchObject({ state: 'done', rows: { created: 60 } })
    expect(new Set((await office.told()).map(({ contactId }) => contactId)).size).toBe(60)
  })
})
