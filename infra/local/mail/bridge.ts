import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { EventDestination } from './destinations.ts'
import { type SesEvent, sesEvents } from './ses-events.ts'
import { type TakenMail, takenMails } from './taken-mail.ts'

/** Told of each call by which SES took mail: what was asked, and what it answered. */
export type OnMail = (request: Buffer, answer: Buffer) => void

export type MailBridge = { onMail: OnMail; stop: () => Promise<void> }

export type BridgeOptions = {
  sns: SNSClient
  destinations: readonly EventDestination[]
  onFault: (error: unknown) => void
}

/**
 * Plays the part of SES that the local one leaves out: what becomes of each mail is published wherever
 * the templates have SES publish it, and goes on from there to whichever queue has subscribed.
 */
export function startMailBridge({ sns, destinations, onFault }: BridgeOptions): MailBridge {
  const underWay = new Set<Promise<void>>()
  async function publish(mail: TakenMail): Promise<void> {
    for (const { type, body } of sesEvents(mail, new Date())) {
      for (const { topicArn } of destinations.filter((each) => tells(each, mail, type))) {
        await sns.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(body) }))
      }
    }
  }
  async function publishAll(request: Buffer, answer: Buffer): Promise<void> {
    for (const mail of takenMails(parsed(request), parsed(answer))) await publish(mail)
  }
  return {
    onMail: (request, answer) => {
      const work = publishAll(request, answer)
        .catch(onFault)
        .finally(() => underWay.delete(work))
      underWay.add(work)
    },
    stop: async () => {
      await Promise.all(underWay)
    },
  }
}

/** The templates write the kinds with a small letter at first. */
function tells(
  { configurationSet, events }: EventDestination,
  mail: TakenMail,
  type: SesEvent['type'],
): boolean {
  const asked = type.charAt(0).toLowerCase() + type.slice(1)
  return configurationSet === mail.configurationSet && events.includes(asked)
}

const parsed = (bytes: Buffer): unknown => JSON.parse(bytes.toString())
