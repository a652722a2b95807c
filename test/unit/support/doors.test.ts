import { expect, it } from 'vitest'
import { routeGroups } from '../../../infra/routes.ts'
import { doors, staffDoors } from '../../support/doors.ts'

const routes = routeGroups.flatMap(({ trust, routes: all }) =>
  all.map((route) => ({ route, trust })),
)
const named = (table: readonly { route: string }[]) => [...new Set(table.map(({ route }) => route))]

// A new route answers in `test/support/doors.ts` who may use it, before anybody can (SEC-02).
it('the table of doors says of every route which tokens open it, and names no other', () => {
  expect(named(doors).sort()).toEqual(routes.map(({ route }) => route).sort())
})

it('the table of doors says of every staff route which roles open it, and names no other', () => {
  const ofStaff = routes.filter(({ trust }) => trust === 'staff')
  expect(named(staffDoors).sort()).toEqual(ofStaff.map(({ route }) => route).sort())
})
