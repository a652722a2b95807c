import * as v from 'valibot'

/** What a colleague writes about a request: its person reads it in a letter and in their copy. */
export const written = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4000))
