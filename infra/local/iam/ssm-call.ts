import { isJsonObject, type Json } from '../json.ts'
import { arn, type CallReader } from './call.ts'

/** Parameter Store checks names, and a path as it is written: with its last slash or without. */
export const readSsmCall: CallReader = ({ target, body }, inventory) => {
  const operation = target.replace(/^AmazonSSM\./, '')
  const input: Json = JSON.parse(body.toString())
  if (!isJsonObject(input)) return undefined
  const names = [input.Path, input.Name, input.Names].flat().filter(isText)
  if (names.length === 0) return undefined
  const context = { 'aws:SecureTransport': ['true'] }
  const needs = names.map((name) => ({
    action: `ssm:${operation}`,
    resource: arn(inventory, 'ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`),
    context,
  }))
  return { operation, needs }
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string'
}
