import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { signUpSchema } from '../../../functions/subscription/sign-up.ts'
import { policy } from '../../../policy.ts'

const schema = signUpSchema(policy)
const fieldsWrongIn = (form: unknown) => {
  const parsed = v.safeParse(schema, { email: 'kari@example.org', form })
  return parsed.success ? [] : parsed.issues.map(({ path }) => path?.[0].key)
}

describe('the name of a form', () => {
  it.each([undefined, '', 'sign-up-nb@1', 'footer', 'campaigns/spring_2027.v2@12'])(
    'may be %j',
    (form) => {
      expect(fieldsWrongIn(form)).toEqual([])
    },
  )

  // It stands in clear in the history, which outlives an erasure.
  it.each(['kari@example.org', 'Kari Nordmann', 'a@1@example.org', 'sign-up@', 'x'.repeat(101)])(
    'has no room for a person: %j (SUPP-01, RIGHT-11)',
    (form) => {
      expect(fieldsWrongIn(form)).toEqual(['form'])
    },
  )
})
