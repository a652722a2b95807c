import * as v from 'valibot'
import { type Assembly, resourcesOfType } from './assembly.ts'
import { functionNameIn } from './resource-values.ts'

const mappingSchema = v.object({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  Enabled: v.optional(v.boolean(), true),
  BatchSize: v.optional(v.number(), 100),
  MaximumBatchingWindowInSeconds: v.optional(v.number(), 0),
  StartingPosition: v.literal('TRIM_HORIZON'),
})

/** A function that is handed what changes in a table. */
export type StreamMapping = {
  streamArn: string
  table: string
  functionName: string
  batchSize: number
  windowSeconds: number
}

export function isStreamArn(arn: string): boolean {
  return /^arn:aws:dynamodb:.*\/stream\//.test(arn)
}

export function readStreamMappings(assembly: Assembly): StreamMapping[] {
  return resourcesOfType(assembly, 'AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => isStreamArn(String(properties.EventSourceArn)))
    .map(({ properties }) => v.parse(mappingSchema, properties))
    .filter(({ Enabled }) => Enabled)
    .map(({ EventSourceArn, FunctionName, BatchSize, MaximumBatchingWindowInSeconds }) => ({
      streamArn: EventSourceArn,
      table: /table\/([^/]+)\//.exec(EventSourceArn)?.[1] ?? '',
      functionName: functionNameIn(FunctionName),
      batchSize: BatchSize,
      windowSeconds: MaximumBatchingWindowInSeconds,
    }))
}
