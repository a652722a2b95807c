import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../functions/platform/problem.ts'
import { parseRoles, staffOf, staffRoles } from '../../../functions/platform/staff.ts'

const caller = (claims: Record<string, unknown>) => ({
  requestContext: { authorizer: { jwt: { claims, scopes: [] } } } as never,
})
const statusOf = (act: () => unknown): number => {
  try {
    act()
  } catch (error) {
    if (error instanceof Problem) return error.status
    throw error
  }
  return 200
}

describe('the roles claim, as API Gateway hands it over', () => {
  it.each([
    ['[marketing]', ['marketing']],
    ['[viewer privacy]', ['privacy', 'viewer']],
    ['[admins marketing everyone]', ['marketing']],
    ['marketing', ['marketing']],
    ['[]', []],
    ['', []],
  ])('%s means %j', (claim, roles) => {
    expect(parseRoles(claim)).toEqual(roles)
  })

  it.each([
    '[marketingx]',
    'xmarketing',
    '[x-marketing]',
    'Marketing',
    '[MARKETING]',
    'marketing viewer',
    '[marketing',
    'marketing]',
    '[[marketing]]',
    '[marketing,viewer]',
    '[marketing\u00a0]',
    '["marketing"]',
    ' marketing',
    '[marketing\n]',
    'marketing\n',
    '[market ing]',
  ])('%j opens nothing', (claim) => {
    expect(parseRoles(claim)).toEqual([])
  })

  it.each([[undefined], [null], [true], [['marketing']], [{ marketing: true }], [1]])(
    '%j, which is no text, opens nothing',
    (claim) => {
      expect(parseRoles(claim)).toEqual([])
    },
  )

  it('grants exactly the whole words in the list, whatever surrounds them', () => {
    const near = fc.tuple(
      fc.constantFrom(...staffRoles),
      fc.stringMatching(/^[a-z-]{1,4}$/),
      fc.boolean(),
    )
    const word = fc.oneof(
      fc.constantFrom(...staffRoles),
      near.map(([role, more, before]) => (before ? more + role : role + more)),
      fc.stringMatching(/^[a-z]{1,12}$/),
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(parseRoles(`[${words.join(' ')}]`)).toEqual(
          staffRoles.filter((role) => words.includes(role)),
        )
      }),
    )
  })

  it('never grants a role that is not in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (claim) => {
        for (const role of parseRoles(claim)) expect(claim).toContain(role)
      }),
    )
  })
})

describe('a caller of the staff routes', () => {
  const claims = { sub: 'auth0|kari', roles: '[marketing]' }

  it('is known by the subject of the token, with the roles it carries', () => {
    expect(staffOf(caller(claims), 'roles', ['marketing'])).toEqual({
      id: 'auth0|kari',
      roles: ['marketing'],
    })
  })

  it('may carry the roles in a claim of another name', () => {
    const renamed = caller({ sub: 'kari', 'cognito:groups': '[viewer]', roles: '[marketing]' })
    expect(staffOf(renamed, 'cognito:groups', ['viewer']).roles).toEqual(['viewer'])
    expect(statusOf(() => staffOf(renamed, 'cognito:groups', ['marketing']))).toBe(403)
  })

  it.each(['constructor', 'toString', 'missing'])('has no role in the claim %s', (claim) => {
    expect(statusOf(() => staffOf(caller(claims), claim, staffRoles))).toBe(403)
  })

  it('is turned away without a needed role, or a subject, or an authorizer in front', () => {
    expect(statusOf(() => staffOf(caller(claims), 'roles', ['privacy']))).toBe(403)
    expect(statusOf(() => staffOf(caller({ roles: '[marketing]' }), 'roles', staffRoles))).toBe(401)
    expect(statusOf(() => staffOf({ requestContext: {} as never }, 'roles', staffRoles))).toBe(401)
  })
})
