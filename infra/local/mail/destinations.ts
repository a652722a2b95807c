import * as v from 'valibot'
import { type Assembly, resourcesOfType } from '../assembly.ts'

const destinationSchema = v.object({
  ConfigurationSetName: v.string(),
  EventDestination: v.object({
    Enabled: v.optional(v.boolean(), false),
    MatchingEventTypes: v.array(v.string()),
    SnsDestination: v.object({ TopicARN: v.string() }),
  }),
})

/** Where SES tells what becomes of the mails of one configuration set, and what of it. */
export type EventDestination = { configurationSet: string; events: string[]; topicArn: string }

export function readEventDestinations(assembly: Assembly): EventDestination[] {
  return resourcesOfType(assembly, 'AWS::SES::ConfigurationSetEventDestination')
    .map(({ properties }) => v.parse(destinationSchema, properties))
    .filter(({ EventDestination: { Enabled } }) => Enabled)
    .map(({ ConfigurationSetName, EventDestination }) => ({
      configurationSet: ConfigurationSetName,
      events: EventDestination.MatchingEventTypes,
      topicArn: EventDestination.SnsDestination.TopicARN,
    }))
}
