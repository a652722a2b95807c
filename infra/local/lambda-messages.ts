import * as v from 'valibot'

/** What the local cloud asks of a function's process: one event at a time. */
export const invocationSchema = v.object({
  requestId: v.string(),
  deadline: v.number(),
  arn: v.string(),
  /** The event as JSON text, as Lambda's runtime interface hands it over. */
  event: v.string(),
})

export type Invocation = v.InferOutput<typeof invocationSchema>

/** What the process answers: that its code is loaded, then one answer for each event. */
export const answerSchema = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('result'), payload: v.string() }),
  v.object({ kind: v.literal('error'), errorType: v.string(), errorMessage: v.string() }),
])

export type Answer = v.InferOutput<typeof answerSchema>
