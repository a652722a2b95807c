import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html, inlineStyle } from '../../../web/shared/html.ts'

test('SEC-11 no text can become markup, in content or in an attribute', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const written = html`<p title="${text}">${text}</p>`.toString()
      const inner = written.slice('<p title="'.length, -'</p>'.length)
      const [attribute = '', ...content] = inner.split('">')
      expect(attribute).not.toMatch(/[<>"']/)
      expect(content.join('">')).not.toMatch(/[<>"']/)
    }),
  )
})

test('SEC-11 an object that only looks like markup is written as text', () => {
  const forged = { toString: () => '<script>' }
  expect(html`${String(forged)}`.toString()).toBe('&lt;script&gt;')
})

test('markup inside markup is kept, lists are joined, and nothing is written for nothing', () => {
  const items = ['a', 'b'].map((text) => html`<li>${text}</li>`)
  expect(html`<ul>${items}</ul>${undefined}${null}${false}${0}`.toString()).toBe(
    '<ul><li>a</li><li>b</li></ul>0',
  )
})

test('a style sheet cannot end its element', () => {
  expect(inlineStyle('a{color:red}').toString()).toBe('<style>a{color:red}</style>')
  expect(() => inlineStyle('</style><script>')).toThrow(/must not hold/)
})
