import { describe, expect, it } from 'vitest'
import { inLanguage, type Policy } from '../../../functions/consent/policy.ts'
import { checkPolicy } from '../../../functions/consent/policy-check.ts'
import { processingPage } from '../../../functions/rights/processing-page.ts'
import { processingRecord } from '../../../functions/rights/processing-record.ts'
import { processingRoutes } from '../../../functions/rights/processing-routes.ts'
import { policy } from '../../../policy.ts'

const now = new Date('2026-11-27T07:00:00.000Z')
const inWords = (of: Policy, language = 'en') => processingRecord(of, { language, now })
const weighed = { reference: 'LIA-7', date: '2026-05-01', owner: 'Privacy officer' }
const other = checkPolicy({
  ...policy,
  purposes: {
    ...policy.purposes,
    'open-tracking': { ...policy.purposes['open-tracking'], basis: 'date_only' },
    'click-tracking': { ...policy.purposes['click-tracking'], basis: 'aggregate' },
    calls: { ...policy.purposes.calls, basis: 'legitimate_interest', balancingTest: weighed },
    'web-tracking': { ...policy.purposes['web-tracking'], basis: 'off' },
  },
  recipients: {
    ...policy.recipients,
    far: { ...policy.recipients.crm!, country: 'Elsewhere', transfer: 'SCC of 2021' },
  },
})

describe('the record of processing', () => {
  it.each(policy.languages)(
    'SEC-15: in %s it holds all that is declared, and whose it is',
    (language) => {
      const record = inWords(policy, language)
      const ids = record.activities.map(({ id }) => id)
      for (const id of [...Object.keys(policy.topics), ...Object.keys(policy.purposes)]) {
        expect(ids).toContain(id)
      }
      expect(ids).toEqual(expect.arrayContaining(['evidence', 'requests', 'suppression']))
      for (const { ground, people, data, retention } of record.activities) {
        expect([ground, people, ...data].every((text) => text !== '')).toBe(true)
        for (const kind of retention) expect(Object.keys(policy.retention)).toContain(kind)
      }
      expect(record.retention.map(({ kind }) => kind)).toEqual(Object.keys(policy.retention))
      for (const { kind, what } of record.retention) expect(what).not.toBe(kind)
      expect(record.controller).toEqual(policy.controller)
      const newsletter = record.activities.find(({ id }) => id === 'newsletter')
      expect(newsletter?.recipients).toEqual(['event-desk', 'crm'])
    },
  )

  it('SEC-15: leaves out what is off or only counted, and says so', () => {
    const { activities, notDone } = inWords(other)
    const ids = activities.map(({ id }) => id)
    expect(ids).not.toContain('web-tracking')
    expect(ids).not.toContain('click-tracking')
    expect(notDone).toHaveLength(2)
    const opens = activities.find(({ id }) => id === 'open-tracking')
    expect(opens?.data[0]).toBe('The day on which a mail was last shown')
  })

  it('SEC-15: drafts an assessment for what observes or predicts people, profiling named', () => {
    const assessed = (of: Policy) =>
      inWords(of).drafts.flatMap((draft) => (draft.kind === 'dpia' ? [draft.id] : []))
    expect(assessed(policy)).toEqual([
      'open-tracking',
      'click-tracking',
      'profiling',
      'web-tracking',
    ])
    expect(assessed(other)).toEqual(['open-tracking', 'profiling'])
  })

  it('SEC-15, CONS-13: asks for a weighing wherever an interest of ours is the ground', () => {
    const weighings = inWords(other).drafts.flatMap((draft) =>
      draft.kind === 'balancing-test' ? [[draft.id, draft.recorded]] : [],
    )
    expect(weighings).toEqual([
      ['customer-offers', undefined],
      ['open-tracking', undefined],
      ['calls', weighed],
    ])
  })

  it.each(policy.languages)('as a page in %s it says the same', (language) => {
    for (const of of [policy, other]) {
      const page = processingPage(inWords(of, language))
      for (const { id, purpose } of inWords(of, language).drafts) {
        expect([id, page.includes(purpose)]).toEqual([id, true])
      }
      for (const { name, transfer = '' } of Object.values(of.recipients)) {
        expect(page).toContain(name)
        expect(page).toContain(transfer)
      }
      for (const { name } of Object.values(of.topics)) {
        expect(page).toContain(inLanguage(of, name, language))
      }
      expect(page).toContain(`<html lang="${language}">`)
    }
  })

  it('SEC-11: holds nothing that could become markup', () => {
    const controller = { ...policy.controller, name: '<script>alert(1)</script>' }
    expect(processingPage(inWords({ ...policy, controller }))).not.toContain('<script>')
  })
})

describe('GET /staff/record-of-processing', () => {
  const routes = processingRoutes({ policy, rolesClaim: 'roles', clock: () => now })
  const ask = async (query: Record<string, string>, roles = '[privacy]') => {
    const [route] = routes
    const claims = { sub: 'kari', roles }
    const event = {
      queryStringParameters: query,
      requestContext: { authorizer: { jwt: { claims } } },
    }
    return route!.handle(event as never)
  }

  it('answers as JSON or as a page, in a language of ours', async () => {
    expect(JSON.parse(String((await ask({})).body))).toMatchObject({ language: 'nb' })
    const page = await ask({ format: 'html', lang: 'en' })
    expect(page.headers?.['content-type']).toContain('text/html')
    expect(page.body).toContain('Record of processing activities')
  })

  it.each([{ format: 'pdf' }, { lang: 'tlh' }])('refuses %o', async (query) => {
    await expect(ask(query as never)).rejects.toMatchObject({ status: 400 })
  })

  it('is for those alone who answer to the authority', async () => {
    await expect(ask({}, '[marketing]')).rejects.toMatchObject({ status: 403 })
  })
})
