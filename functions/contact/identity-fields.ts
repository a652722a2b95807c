import * as v from 'valibot'

/** What a person may tell of themself, on the sign-up form or to correct it; an empty line says nothing. */
const printable = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u
export const line = (longest: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(longest, 'is too long'),
    v.regex(printable, 'must be one line of text'),
  )

export const identityLines = {
  name: line(100),
  company: line(150),
  title: line(100),
  phone: v.pipe(line(30), v.regex(/^(\+?[\d\s().-]{5,30})?$/, 'is not a telephone number')),
}
