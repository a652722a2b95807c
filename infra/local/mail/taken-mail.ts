import * as v from 'valibot'

/** One mail that SES took, with what its store does not keep: the way out and the tags. */
export type TakenMail = {
  messageId: string
  from: string
  to: string[]
  subject: string
  headers: { name: string; value: string }[]
  configurationSet: string | undefined
  tags: Record<string, string[]>
}

const pairs = v.optional(v.array(v.object({ Name: v.string(), Value: v.string() })), [])
const destination = v.object({ ToAddresses: v.array(v.string()) })
const common = { FromEmailAddress: v.string(), ConfigurationSetName: v.optional(v.string()) }

const singleSchema = v.object({
  ...common,
  Destination: destination,
  EmailTags: pairs,
  Content: v.object({
    Simple: v.optional(v.object({ Subject: v.object({ Data: v.string() }), Headers: pairs }), {
      Subject: { Data: '' },
    }),
  }),
})
const singleAnswer = v.object({ MessageId: v.string() })

const bulkSchema = v.object({
  ...common,
  DefaultEmailTags: pairs,
  DefaultContent: v.object({ Template: v.object({ Headers: pairs }) }),
  BulkEmailEntries: v.array(
    v.object({ Destination: destination, ReplacementTags: pairs, ReplacementHeaders: pairs }),
  ),
})
const bulkAnswer = v.object({
  BulkEmailEntryResults: v.array(
    v.object({ Status: v.string(), MessageId: v.optional(v.string()) }),
  ),
})

/** The mails of one call of `SendEmail` or `SendBulkEmail` that SES answered with yes. */
export function takenMails(request: unknown, answer: unknown): TakenMail[] {
  const bulk = v.safeParse(bulkSchema, request)
  if (bulk.success) return takenInBulk(bulk.output, v.parse(bulkAnswer, answer))
  const single = v.parse(singleSchema, request)
  const { Subject, Headers = [] } = single.Content.Simple
  return [
    {
      ...sentBy(single),
      messageId: v.parse(singleAnswer, answer).MessageId,
      to: single.Destination.ToAddresses,
      subject: Subject.Data,
      headers: named(Headers),
      tags: tagsOf(single.EmailTags),
    },
  ]
}

function takenInBulk(
  request: v.InferOutput<typeof bulkSchema>,
  { BulkEmailEntryResults }: v.InferOutput<typeof bulkAnswer>,
): TakenMail[] {
  return request.BulkEmailEntries.flatMap((entry, index) => {
    const messageId = BulkEmailEntryResults[index]?.MessageId
    if (messageId === undefined || BulkEmailEntryResults[index]?.Status !== 'SUCCESS') return []
    return [
      {
        ...sentBy(request),
        messageId,
        to: entry.Destination.ToAddresses,
        subject: '',
        headers: named([...request.DefaultContent.Template.Headers, ...entry.ReplacementHeaders]),
        tags: tagsOf([...request.DefaultEmailTags, ...entry.ReplacementTags]),
      },
    ]
  })
}

type Pair = { Name: string; Value: string }

const sentBy = (request: {
  FromEmailAddress: string
  ConfigurationSetName?: string | undefined
}) => ({ from: request.FromEmailAddress, configurationSet: request.ConfigurationSetName })

const named = (all: readonly Pair[]) => all.map(({ Name, Value }) => ({ name: Name, value: Value }))

const tagsOf = (all: readonly Pair[]): Record<string, string[]> =>
  Object.fromEntries(all.map(({ Name, Value }) => [Name, [Value]]))
