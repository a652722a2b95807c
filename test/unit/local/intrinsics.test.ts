import { describe, expect, it } from 'vitest'
import {
  evaluateCondition,
  IntrinsicError,
  noValue,
  resolveIntrinsics,
  type TemplateScope,
} from '../../../infra/local/intrinsics.ts'

const scope: TemplateScope = {
  ref: (name) => (name === 'AWS::NoValue' ? noValue : `ref-${name}`),
  attribute: (resource, attribute) => `${resource}:${attribute}`,
  exported: (name) => `exported-${name}`,
  stackOutput: (stack, output) => `${stack}/${output}`,
  condition: (name) => name === 'Yes',
}

describe('CloudFormation intrinsics in a template', () => {
  it.each([
    ['Ref', { Ref: 'Table' }, 'ref-Table'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table:Arn'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Table.Nested.Arn' }, 'Table:Nested.Arn'],
    ['Join', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Region' }, 5]] }, 'arn:ref-AWS::Region5'],
    ['Split and Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['ImportValue', { 'Fn::ImportValue': 'Data:Table' }, 'exported-Data:Table'],
    [
      'GetStackOutput',
      { 'Fn::GetStackOutput': { StackName: { Ref: 'Other' }, OutputName: 'Out' } },
      'ref-Other/Out',
    ],
    ['If', { 'Fn::If': ['Yes', { Ref: 'One' }, 'two'] }, 'ref-One'],
    ['If not', { 'Fn::If': ['No', { Ref: 'One' }, 'two'] }, 'two'],
  ])('%s resolves', (_name, value, expected) => {
    expect(resolveIntrinsics(value, scope)).toEqual(expected)
  })

  it('Sub takes its own variables first, then resources and attributes, and keeps escapes', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    const template = '${Own}/${Table}/${Table.Arn}/${AWS::Region}/${!Literal}'
    const value = { 'Fn::Sub': [template, { Own: { Ref: 'Mine' } }] }

    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    const expected = 'ref-Mine/ref-Table/Table:Arn/ref-AWS::Region/${Literal}'
    expect(resolveIntrinsics(value, scope)).toBe(expected)
  })

  it('resolves deep inside lists and objects, and leaves plain values alone', () => {
    const value = { A: [{ B: { Ref: 'X' } }, 1, true, null], C: 'plain' }

    expect(resolveIntrinsics(value, scope)).toEqual({
      A: [{ B: 'ref-X' }, 1, true, null],
      C: 'plain',
    })
  })

  it('AWS::NoValue removes the property or the list entry', () => {
    const nothing = { Ref: 'AWS::NoValue' }

    expect(resolveIntrinsics({ A: nothing, B: ['x', nothing] }, scope)).toEqual({ B: ['x'] })
  })

  it('an object with an intrinsic beside other keys is data, as in an IAM condition', () => {
    expect(resolveIntrinsics({ Condition: { Bool: 'x' } }, scope)).toEqual({
      Condition: { Bool: 'x' },
    })
  })

  it('an intrinsic that is not known here throws, rather than leave a wrong stack', () => {
    expect(() => resolveIntrinsics({ 'Fn::Cidr': [] }, scope)).toThrow(IntrinsicError)
  })

  it.each([
    [{ 'Fn::Equals': [{ Ref: 'A' }, 'ref-A'] }, true],
    [{ 'Fn::Equals': ['a', 'b'] }, false],
    [{ 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Equals': ['a', 'a'] }] }, true],
    [{ 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
  ])('condition %j is %s', (condition, expected) => {
    expect(evaluateCondition(condition, scope)).toBe(expected)
  })
})
