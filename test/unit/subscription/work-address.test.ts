import * as v from 'valibot'
import { expect, test } from 'vitest'
import { signUpSchema } from '../../../functions/subscription/sign-up.ts'
import { policy } from '../../../policy.ts'

const parse = (email: string) =>
  v.safeParse(signUpSchema(policy), { email, topics: ['newsletter'], form: 'sign-up' })

test.each(['kari.nordmann@firma.example', 'post@firma.example', 'kari@example.org'])(
  'CONS-12 %s is asked like any natural person: no address counts as a company that need not be',
  (email) => {
    const { output, success } = parse(email)
    expect(success).toBe(true)
    expect(output).toEqual({ ...Object(parse('ola@example.org').output), email })
  },
)
