import * as v from 'valibot'
import { type Assembly, resourcesOfType } from './assembly.ts'
import { functionNameIn } from './resource-values.ts'
import { isStreamArn } from './stream-mappings.ts'

const mappingSchema = v.object({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  Enabled: v.optional(v.boolean(), true),
  BatchSize: v.optional(v.number(), 10),
  MaximumBatchingWindowInSeconds: v.optional(v.number(), 0),
  FunctionResponseTypes: v.optional(v.array(v.string()), []),
  ScalingConfig: v.optional(v.object({ MaximumConcurrency: v.number() })),
})

export type QueueMapping = {
  queueArn: string
  functionName: string
  batchSize: number
  windowSeconds: number
  reportsItemFailures: boolean
  maximumConcurrency: number | undefined
}

/** Event source mappings from SQS; a source that nothing would poll throws. */
export function readQueueMappings(assembly: Assembly): QueueMapping[] {
  return resourcesOfType(assembly, 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => v.parse(mappingSchema, properties))
    .filter(({ Enabled, EventSourceArn }) => Enabled && !isStreamArn(EventSourceArn))
    .map((mapping) => {
      if (!mapping.EventSourceArn.startsWith('arn:aws:sqs:')) {
        throw new Error(`The local cloud cannot poll ${mapping.EventSourceArn}`)
      }
      return {
        queueArn: mapping.EventSourceArn,
        functionName: functionNameIn(mapping.FunctionName),
        batchSize: mapping.BatchSize,
        windowSeconds: mapping.MaximumBatchingWindowInSeconds,
        reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
        maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency,
      }
    })
}
