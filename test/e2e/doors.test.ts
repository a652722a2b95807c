import type { JWTPayload } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { vandal } from '../support/audited.ts'
import { type Door, doors, staffDoors, type TokenKind } from '../support/doors.ts'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, form, type HttpReply, http, json, nextCaller } from '../support/e2e-http.ts'
import { type Someone, signUp, someone, subscribe } from '../support/e2e-person.ts'
import { forgedStaffTokens, staffTokenOf } from '../support/e2e-staff.ts'
import { everyToken } from '../support/e2e-tokens.ts'
import { inParallel } from '../support/in-parallel.ts'

const from = nextCaller()
/** Less than a function has reserved: whoever is turned away for that learns nothing of doors. */
const atOnce = 4
const noId = '00000000-0000-7000-8000-000000000000'

/** Somebody with a topic that was just turned off, a sign-up that waits, and an earlier generation. */
type Target = { person: Someone; tokens: Map<TokenKind, string>; contactId: string }
const targets = new Map<Door, Target>()
beforeAll(async () => {
  await inParallel(doors, atOnce, async (door) => targets.set(door, await target()))
}, 120_000)

async function target(): Promise<Target> {
  const person = someone()
  await subscribe(person)
  const contact = await books.contactOf(person.email)
  const contactId = contact?.contactId ?? ''
  const key = { pk: `C#${contactId}`, sk: 'C' }
  await vandal(books.store).set('main', key, 'generation', 1)
  await http('PATCH', '/api/preferences', {
    headers: { ...json, ...bearer(await books.sessionOf(person.email)) },
    body: '{"choices":{"events":"withdrawn"}}',
    from,
  })
  await signUp(person)
  const ledgerId = (await books.contactOf(person.email))?.choices.events?.ledgerId ?? ''
  const signUpId = await books.pendingSignUp(person.email)
  const tokens = await everyToken({ contactId, generation: 1, signUpId, ledgerId })
  return { person, tokens, contactId }
}

/** Uses the door with this token; everything else about the question is right. */
function knock({ route, token: place, body = '' }: Door, target: Target, token: string) {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern.replace('/c/{id}/{n}', '/c/{token}/0').replace('{file}', '{token}.gif')
  const own = (kind: TokenKind) => target.tokens.get(kind) ?? ''
  const inPath = place === 'path' ? token : own('unsubscribe')
  const isForm = path.startsWith('/u/') || path.startsWith('/s/')
  const field = isForm ? `undo=${token}` : JSON.stringify({ undo: token })
  const posted = place === 'undo' ? field : body
  const shown = place === 'undo' ? own('session') : token
  return http(method, path.replace('{token}', inPath).replace('{id}', noId), {
    headers: {
      ...(posted === '' ? {} : isForm ? form : json),
      ...(place === 'path' || shown === '' || isForm ? {} : bearer(shown)),
    },
    body: posted.replace('{undo}', own('undo')).replace('{email}', target.person.email),
    from,
  })
}

const stateOf = async ({ person }: Target) => {
  const contact = await books.contactOf(person.email)
  return { revision: contact?.revision, erasing: contact?.erasing }
}
const names = ({ headers, body }: HttpReply, { email, name }: Someone) =>
  [email, name].some((text) => (JSON.stringify(headers) + body).includes(text))

/** What each of these tokens is answered, and that it shows nobody but to whom a look is owed. */
async function answersOf(door: Door, target: Target, kinds: readonly TokenKind[]) {
  const replies = await inParallel(kinds, atOnce, (kind) =>
    knock(door, target, target.tokens.get(kind) ?? ''),
  )
  return replies.map((reply, index): [TokenKind, number] => {
    const kind = kinds[index]!
    const mayLook = kind === 'session' || kind === 'confirm' || door.token === 'undo'
    if (!mayLook) expect(names(reply, target.person), `${kind} names nobody`).toBe(false)
    if (kind.includes('revoked')) expect(reply.body, kind).not.toMatch(/•••|name="undo"/)
    return [kind, reply.status]
  })
}

describe('a route opens to the tokens that the table names (SEC-02, SEC-03, RIGHT-05)', () => {
  it.each(doors.map((door) => [door.route, door.token, door.body ?? '', door] as const))(
    '%s by %s %s',
    async (_route, _place, _body, door) => {
      const target = targets.get(door)!
      const isNamed = (kind: TokenKind) => door.answers[kind] !== undefined
      // Without a token in it a path is another path.
      const kinds = [...target.tokens.keys()].filter(
        (kind) => kind !== 'none' || door.token !== 'path',
      )
      const before = await stateOf(target)
      const others = await answersOf(
        door,
        target,
        kinds.filter((kind) => !isNamed(kind)),
      )
      expect(others.filter(([, status]) => status !== door.others)).toEqual([])
      expect(await stateOf(target), 'whoever is not named has changed nothing').toEqual(before)
      // One after the other: what one of them does decides what the next may.
      const named: [TokenKind, number][] = []
      for (const kind of kinds.filter(isNamed))
        named.push(...(await answersOf(door, target, [kind])))
      expect(Object.fromEntries(named)).toEqual(door.answers)
    },
  )
})

describe('a staff route opens to the roles that the table names (SEC-02, EXP-05)', () => {
  const ask = async (route: string, token: string) => {
    const [method = '', path = ''] = route.split(' ')
    const headers = { ...(method === 'GET' ? {} : json), ...(token === '' ? {} : bearer(token)) }
    const body = method === 'GET' ? '' : '{}'
    return (await http(method, path.replace('{id}', noId), { headers, body, from })).status
  }

  it.each(staffDoors)('$route for $roles', async ({ route, roles, inside }) => {
    const client: JWTPayload = { client_id: cloud.staff.audience }
    const ofRoles = (['marketing', 'privacy', 'viewer'] as const).flatMap((role) => {
      const status = roles.includes(role) ? inside : 403
      return [
        [role, staffTokenOf([role]), status],
        [`${role} as text`, staffTokenOf(role), status],
        [`${role} by client_id`, staffTokenOf([role], { audience: null, claims: client }), status],
        [`${role} and more`, staffTokenOf(['admin', role, 'x']), status],
        [`nearly ${role}`, staffTokenOf([`${role}x`, role.toUpperCase()]), 403],
      ] as const
    })
    const ofOthers = (
      [
        ['no role', []],
        ['no claim', undefined],
        ['an unknown role', ['owner']],
        ['every object’s property', ['constructor', '__proto__']],
        ['an object', { marketing: true }],
        ['a text with brackets', '[[marketing]]'],
      ] as const
    ).map(([who, claim]) => [who, staffTokenOf(claim), 403] as const)
    const forged = [...(await forgedStaffTokens())].map(
      ([who, token]) => [who, token, 401] as const,
    )
    const all = [...ofRoles, ...ofOthers, ...forged]
    const wanted = Object.fromEntries(all.map(([who, , status]) => [who, status]))
    const found = Object.fromEntries(
      await inParallel(all, atOnce, async ([who, token]) => [who, await ask(route, await token)]),
    )
    expect(found).toEqual(wanted)
  })
})
