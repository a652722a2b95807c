import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { fieldErrors } from '../../../functions/platform/field-errors.ts'

const schema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(5, 'is too long')),
  list: v.optional(v.array(v.number())),
  choices: v.optional(v.record(v.string(), v.picklist(['given', 'withdrawn']))),
})
const errorsOf = (body: unknown) => fieldErrors(v.safeParse(schema, body).issues ?? [])

describe('SEC-12: what an answer says of a field', () => {
  it.each([
    ['a wrong type', { name: 7 }, [{ field: 'name', message: 'Invalid type: Expected string' }]],
    ['words of our own', { name: 'quillfeather' }, [{ field: 'name', message: 'is too long' }]],
    [
      'a place in a list',
      { name: '', list: [1, 'quill'] },
      [{ field: 'list.1', message: 'Invalid type: Expected number' }],
    ],
    [
      'a name that the caller made up',
      { name: '', choices: { 'quill@example.org': 'feather' } },
      [{ field: 'choices', message: 'Invalid type: Expected ("given" | "withdrawn")' }],
    ],
    [
      'a name that nothing asks for',
      { name: '', 'quill@example.org': 1 },
      [{ field: '', message: 'Invalid key: Expected never' }],
    ],
  ])('%s, without what was sent', (_, body, errors) => {
    expect(errorsOf(body)).toEqual(errors)
    expect(JSON.stringify(errorsOf(body))).not.toMatch(/quill|feather/)
  })
})
